"""Draws the first page of the PDF on standard input: ``width height`` in a line, then as many bytes of grey.

A program of its own, run by ``page_drawing``: what a hostile PDF makes of the library that reads it, it makes of this
process, which may use so much time and memory and then is gone. It imports nothing of the project.
"""

import resource
import sys

CPU_SECONDS = 5
MEMORY_BYTES = 1024**3
LONGEST_SIDE = 960
SHORTEST_SIDE = 48


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2  # type: ignore[import-untyped]  # within the limits too

    page = pypdfium2.PdfDocument(sys.stdin.buffer.read())[0]
    width, height = page.get_size()
    scale = LONGEST_SIDE / max(width, height)
    if min(width, height) * scale < SHORTEST_SIDE:
        sys.exit("a strip, not a page")
    drawn = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    rows = memoryview(drawn.buffer).cast("B")
    sys.stdout.buffer.write(b"%d %d\n" % (drawn.width, drawn.height))
    for number in range(drawn.height):
        sys.stdout.buffer.write(rows[number * drawn.stride : number * drawn.stride + drawn.width])


if __name__ == "__main__":
    main()
