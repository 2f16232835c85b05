from integrations.models.delivery import Delivery, DeliveryQuerySet, Heartbeat
from integrations.models.inbox import IncomingMail, Mailbox
from integrations.models.printing import PrintBatch, PrintBatchQuerySet, PrintJob
from integrations.models.sms_gateway import SmsGateway
from integrations.models.webhook import WebhookEndpoint

__all__ = [
    "Delivery",
    "DeliveryQuerySet",
    "Heartbeat",
    "IncomingMail",
    "Mailbox",
    "PrintBatch",
    "PrintBatchQuerySet",
    "PrintJob",
    "SmsGateway",
    "WebhookEndpoint",
]
