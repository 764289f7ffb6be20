"""Doing one thing twice at the same moment, over two connections."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection


def at_once(act: Callable[[Any], Any], arguments: Iterable[Any]) -> list[Any]:
    """Call `act` with each argument in a thread and on a connection of its own; gives results or what was raised."""
    given = list(arguments)
    results, ready = [], threading.Barrier(len(given))

    def run(argument: Any) -> None:
        ready.wait()
        try:
            results.append(act(argument))
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[argument]) for argument in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
