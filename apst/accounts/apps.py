from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apst.accounts"
    label = "accounts"
