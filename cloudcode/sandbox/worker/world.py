"""A JavaScript world: QuickJS in WebAssembly with the Spark objects in it, used for one run at a time.

It is made once. What its memory held then, a few hundred KB, is copied back after each run: the next one
finds everything as it was, and nothing of the run before. No engine's own means are as fast.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

from cloudcode.sandbox.worker.engine import Compiled
from cloudcode.sandbox.worker.wasi import Exited, system
from cloudcode.sandbox.worker.wasm import Import, Instance, Trapped

INBOX = 32 * 1024  # bytes through which most texts go in
ROOM = 1024 * 1024  # bytes that a run uses before its world has to grow
STACK_END = 1024 * 1024  # the guest keeps its stack below, which needs no setting back
OVERHEAD = 8 * 1024 * 1024  # bytes of memory over what scripts may use
LONGEST = 4 * 1024 * 1024  # bytes of a text that comes out

Ask = Callable[[str], str | None]


class Broken(Exception):
    """The engine came to an end inside of itself: its stack is full, or it is out of memory."""

    def __init__(self, out_of_memory: bool = True) -> None:
        super().__init__()
        self.out_of_memory = out_of_memory


class TooLong(Exception):
    """A text that would come out is longer than any may be."""


@dataclass(frozen=True, slots=True)
class Image:
    """What a fresh world consists of: its memory from `start` on, and where things are in it."""

    start: int
    memory: bytes
    size: int
    stack_pointer: int
    run: int
    nothing: int
    inbox: int
    out: int


class World:
    """`ask` and `is_over` are of the run that it is used for."""

    def __init__(self, compiled: Compiled, memory: int, image: Image | None, prelude: str) -> None:
        """`memory`: bytes that scripts may use. Without an image a prelude makes it, which leaves `__run`."""
        imports: dict[tuple[str, str], tuple[str, Import]] = {
            **system(self._write),
            ("env", "host_call"): ("iiiii", self._host_call),
            ("env", "host_interrupt"): ("", self._interrupt),
            ("env", "host_module_normalize"): ("iiiii", _nothing),
            ("env", "host_module_load"): ("iii", _nothing),
        }
        self._ask: Ask = _nobody
        self._check: Callable[[], None] = _always
        self._instance = Instance(compiled.engine, compiled.module, imports, memory + OVERHEAD)
        self._is_broken = False
        self.image = image or self._first(memory, prelude)
        self._instance.grow(self.image.size)
        self._cut_off = True
        self.set_back()

    def run(self, main: str, given: str, ask: Ask, check: Callable[[], None]) -> str | None:
        """What `__run(main, given)` returns, a text; None when even its own handling failed.

        `check` is called now and then and may raise; what it and `ask` raise ends the run. Raises Broken.
        """
        image, call = self.image, self._instance.call
        self._ask, self._check = ask, check
        try:
            arguments = (self._text(main), self._text(given))
            self._write(image.inbox, arguments[0].to_bytes(4, "little") + arguments[1].to_bytes(4, "little"))
            failed = call("call_function", image.run, image.nothing, image.inbox, 2, image.out)
            return None if failed else self._text_of(self._number(image.out))
        except (Trapped, Exited) as ended:
            self._is_broken = True
            raise Broken(isinstance(ended, Exited) or ended.gave_up) from None
        except BaseException:
            self._cut_off = True
            raise

    @property
    def is_spent(self) -> bool:
        """Another one should take its place: memory that has grown does not shrink again."""
        return self._is_broken or self.grown > 0

    @property
    def grown(self) -> int:
        """Bytes over what it was made with."""
        return self._instance.size - self.image.size

    def set_back(self) -> None:
        """To how it was made."""
        image, address = self.image, self._instance.address
        if self._cut_off:
            self._instance.stack_pointer = image.stack_pointer
            self._cut_off = False
        end = image.start + len(image.memory)
        ctypes.memmove(address + image.start, image.memory, len(image.memory))
        ctypes.memset(address + end, 0, image.size - end)

    def close(self) -> None:
        self._instance.close()

    # --- the first one -----------------------------------------------------------------------------------

    def _first(self, memory: int, prelude: str) -> Image:
        call = self._instance.call
        call("set_memory_limit", memory)
        inbox, out = call("qjs_alloc", INBOX), call("qjs_alloc", 4)
        self.image = Image(0, b"", 0, 0, 0, 0, inbox, out)
        host = self._written("__host", inbox)
        if call("set_prop", call("global_object"), *host, call("new_function", *host)):
            raise RuntimeError("no host function")
        program = self._written(prelude, call("qjs_alloc", len(prelude.encode())))
        if call("eval_code", *program, out):
            raise RuntimeError("the Spark objects do not run")
        call("qjs_free", *program)
        if call("get_prop", call("global_object"), *self._written("__run", inbox), out):
            raise RuntimeError("no __run")
        run, nothing = self._number(out), call("new_undefined")
        room = call("qjs_alloc", ROOM)
        call("qjs_free", room, ROOM)
        memory_now = ctypes.string_at(self._instance.address + STACK_END, room - STACK_END)
        return Image(
            STACK_END, memory_now, self._instance.size, self._instance.stack_pointer, run, nothing, inbox, out
        )

    # --- values ------------------------------------------------------------------------------------------

    def _host_call(self, name: int, length: int, this: int, count: int, arguments: int) -> int:
        answer = self._ask(self._text_of(self._number(arguments)))
        return self._instance.call("new_null") if answer is None else self._text(answer)

    def _interrupt(self) -> int:
        self._check()
        return 0

    def _text(self, text: str) -> int:
        """A handle of it."""
        data = text.encode()
        if len(data) <= INBOX:
            self._write(self.image.inbox, data)
            return self._instance.call("new_string", self.image.inbox, len(data))
        place = self._instance.call("qjs_alloc", len(data))
        if place == 0:
            raise Broken
        self._write(place, data)
        handle = self._instance.call("new_string", place, len(data))
        self._instance.call("qjs_free", place, len(data))
        return handle

    def _written(self, text: str, place: int) -> tuple[int, int]:
        """Where it is now, and its length."""
        data = text.encode()
        self._write(place, data)
        return place, len(data)

    def _text_of(self, handle: int) -> str:
        call = self._instance.call
        if call("get_string", handle):
            raise Broken
        length = call("qjs_last_len") & 0xFFFFFFFF
        if length > LONGEST:
            raise TooLong
        return self._read(call("qjs_last_ptr"), length).decode(errors="replace")

    def _number(self, place: int) -> int:
        return int.from_bytes(self._read(place, 4), "little")

    def _read(self, place: int, length: int) -> bytes:
        """Whatever the guest says of where and how long it is."""
        place, length = place & 0xFFFFFFFF, length & 0xFFFFFFFF
        if place + length > self.image.size and place + length > self._instance.size:
            raise Broken
        return ctypes.string_at(self._instance.address + place, length)

    def _write(self, place: int, data: bytes) -> None:
        place &= 0xFFFFFFFF
        if place + len(data) > self.image.size and place + len(data) > self._instance.size:
            raise Broken
        ctypes.memmove(self._instance.address + place, data, len(data))


def _nothing(*_: int) -> int:
    return 0


def _always() -> None:
    pass


def _nobody(text: str) -> str | None:
    raise RuntimeError("no run")
