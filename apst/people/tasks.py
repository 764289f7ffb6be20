"""What people needs done each night."""

from celery import shared_task

from apst.tenancy.context import for_each_taskforce, name_act

from .services import follow_all_posts


@shared_task
def follow_posts_everywhere() -> None:
    """A post begins or ends on its day without anybody pressing a button; what its holder sees follows."""
    for _ in for_each_taskforce():
        name_act("membership.follow")
        follow_all_posts()
