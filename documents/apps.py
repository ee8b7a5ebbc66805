from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Dokumen"

    def ready(self) -> None:
        from core import jobs
        from documents import exports  # noqa: F401  (registers the job)
        from documents.intake import sessions  # registers its jobs

        jobs.sweepers.append(sessions.sweep)
