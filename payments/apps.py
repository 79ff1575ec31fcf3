from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from contributors.messaging import messages_told  # noqa: PLC0415 - models are there only now
        from payments.checking import record_told  # noqa: PLC0415

        messages_told.connect(record_told, dispatch_uid="payments.record_told")
