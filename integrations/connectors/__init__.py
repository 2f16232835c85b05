"""The roads out of the building. docs/recipes/connector.md says how to add one."""

from core.registry import Registry
from integrations.connectors.base import Connector
from integrations.connectors.mail import MailConnector
from integrations.connectors.print import PrintConnector
from integrations.connectors.sms import SmsConnector
from integrations.connectors.webhook import WebhookConnector

registry: Registry[Connector] = Registry("connector")
for connector in (MailConnector(), SmsConnector(), PrintConnector(), WebhookConnector()):
    registry.register(connector.name, connector)
