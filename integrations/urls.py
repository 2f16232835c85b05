"""Staff addresses, under /beheer/."""

from django.urls import path

from integrations.views import outbox, printing, text_messages

app_name = "integrations"
urlpatterns = [
    path("uitgaand/", outbox.DeliveryList.as_view(), name="deliveries"),
    path("uitgaand/<int:pk>/", outbox.DeliveryPage.as_view(), name="delivery"),
    path("uitgaand/<int:pk>/opnieuw/", outbox.ResendDelivery.as_view(), name="resend"),
    path("afdrukken/", printing.PrintRoom.as_view(), name="print_room"),
    path("afdrukken/stapel/", printing.MakeBatch.as_view(), name="make_batch"),
    path("afdrukken/stapel/<int:pk>/", printing.BatchPage.as_view(), name="print_batch"),
    path("afdrukken/stapel/<int:pk>/pdf/", printing.BatchPdf.as_view(), name="print_pdf"),
    path("afdrukken/stapel/<int:pk>/afgedrukt/", printing.MarkPrinted.as_view(), name="mark_printed"),
    path("afdrukken/stapel/<int:pk>/opnieuw/", printing.PrintAgain.as_view(), name="print_again"),
    path("afdrukken/brief/<int:pk>/adres/", printing.Readdress.as_view(), name="readdress"),
    path("proefbericht/<int:pk>/", text_messages.TestMessage.as_view(), name="test_message"),
]
