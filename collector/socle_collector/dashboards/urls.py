"""Addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from socle_collector.dashboards import views

urlpatterns: list[URLPattern] = [
    path("", views.realm, name="realm"),
    path("style.css", views.style, name="style"),
]
