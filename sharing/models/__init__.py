"""Partners, agreements, what is shared under them, and every way in which something left the taskforce."""

from .agreements import (
    AgreementCategory,
    AgreementEnding,
    AgreementExtension,
    AgreementSignature,
    DataSharingAgreement,
)
from .breaches import Breach, BreachStep
from .disclosures import Disclosure, DisclosureLook, DisclosureRecord
from .guests import Guest, SharedCase
from .information import InformationItem, InformationRequest
from .partners import Partner
from .privacy import PrivacyTold

__all__ = [
    "AgreementCategory",
    "AgreementEnding",
    "AgreementExtension",
    "AgreementSignature",
    "Breach",
    "BreachStep",
    "DataSharingAgreement",
    "Disclosure",
    "DisclosureLook",
    "DisclosureRecord",
    "Guest",
    "InformationItem",
    "InformationRequest",
    "Partner",
    "PrivacyTold",
    "SharedCase",
]
