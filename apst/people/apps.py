from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "apst.people"
    label = "people"
