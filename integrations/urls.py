from django.urls import path

from integrations import views

app_name = "integrations"
urlpatterns = [
    path("", views.DeliveryList.as_view(), name="deliveries"),
    path("<int:pk>/", views.DeliveryPage.as_view(), name="delivery"),
    path("<int:pk>/opnieuw/", views.ResendDelivery.as_view(), name="resend"),
]
