"""A target with a defect, to see that the fuzzer finds one."""


def broken(text: str) -> None:
    """Fails behind two steps that only coverage tells of."""
    if text.startswith("[") and "{{" in text:
        raise ValueError("found")


TARGETS = {"broken": broken}
