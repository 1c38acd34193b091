from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.dockerfile import Instruction


@rule(Severity.NOTE, group=Group.SECURITY, pedantic=True, named=("ADD",))
def dockerfile_remote_add(instruction: Instruction) -> Findings:
    """ADD fetches a file from the network, and nobody checks what it gets.

    ## Why is this bad?
    Whoever owns the address, or the way to it, decides what is in the image.

    ## Example
    ```dockerfile
    FROM python:3.12
    ADD https://example.com/tool.tar.gz /opt/
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12
    ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool.tar.gz /opt/
    ```

    ## References
    - https://docs.docker.com/reference/dockerfile/#add---checksum
    """
    if "checksum" in instruction.flags:
        return
    for word in instruction.words[:-1]:
        if word.value.startswith(("http://", "https://")):
            yield Finding(
                instruction.source.location(word.span.start, word.span.end),
                "what ADD fetches here is not checked",
                label="no checksum",
                help="give its checksum with --checksum=sha256:...",
            )
