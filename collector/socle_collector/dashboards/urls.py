"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from socle_collector.dashboards import views

urlpatterns = [
    path("", views.index, name="index"),
    path("style-<str:version>.css", views.style, name="style"),
]
