"""The roads out of the building. docs/recipes/connector.md says how to add one."""

from core.registry import Registry
from integrations.connectors.base import Connector
from integrations.connectors.mail import MailConnector

registry: Registry[Connector] = Registry("connector")
for connector in (MailConnector(),):
    registry.register(connector.name, connector)
