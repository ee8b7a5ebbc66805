from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from api.exporting import chosen
        from documents.exports import choose_rows_with

        choose_rows_with(chosen)
