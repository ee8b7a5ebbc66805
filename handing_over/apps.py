from django.apps import AppConfig


class HandingOverConfig(AppConfig):
    name = "handing_over"
    verbose_name = "Serah terima"
