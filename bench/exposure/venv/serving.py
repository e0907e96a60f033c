"""A service of BentoML with one endpoint."""

import bentoml


@bentoml.service(workers=1)
class Lines:
    @bentoml.api
    def count(self, text: str = "a line") -> int:
        return len(text.splitlines())
