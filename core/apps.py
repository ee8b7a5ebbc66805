from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Inti"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from core import checks, guards  # noqa: F401  (registers the checks)

        pre_migrate.connect(guards.lift_before_migrate, sender=self, dispatch_uid="core.guards")
        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="core.guards")
