"""WebAssembly in this process: an instance, its memory, and calls into it and out of it.

wasmtime's Python classes set it up. A run crosses the border dozens of times, and each crossing by those
classes costs thirty microseconds: so calls go by the C functions beneath them, which cost one or two.
"""

import ctypes
from collections.abc import Callable, Mapping
from typing import Any

from wasmtime import (
    Config,
    Engine,
    Func,
    FuncType,
    Global,
    Linker,
    Memory,
    Module,
    Store,
    ValType,
)
from wasmtime import _bindings as c
from wasmtime._ffi import dll

STACK = 2 * 1024 * 1024 - 64 * 1024  # bytes of the machine's own stack that compiled code may use
SLOT = 4  # integers between two values in the machine's own form
PAGE = 64 * 1024
UNREACHABLE = 9  # the code of a trap that the program itself has run into

_address = ctypes.c_void_p
_invoke = ctypes.CFUNCTYPE(_address, _address, _address, _address, ctypes.c_size_t, _address)(
    ("wasmtime_func_call_unchecked", dll)
)
_Called = ctypes.CFUNCTYPE(ctypes.c_size_t, _address, _address, _address, ctypes.c_size_t)
_Slots = ctypes.c_int32 * (8 * SLOT)
_no_finalizer = ctypes.CFUNCTYPE(None, _address)(0)

Import = Callable[..., int]
_TYPES = {"i": ValType.i32, "I": ValType.i64}


class Trapped(Exception):
    """The instance was stopped: its stack is full, or it `gave_up`, out of memory. It is of no more use."""

    def __init__(self, gave_up: bool) -> None:
        super().__init__()
        self.gave_up = gave_up


def make_engine() -> Engine:
    config = Config()
    config.max_wasm_stack = STACK
    return Engine(config)


class Instance:
    """`imports` by module and name: `(arguments, function)`, a function of integers that gives one. A letter
    for each argument: `i` of 32 bits, `I` of 64, of which the function is given the lower half.

    What an import raises goes through to whoever called the instance; no code inside sees it.
    """

    def __init__(
        self,
        engine: Engine,
        module: Module,
        imports: Mapping[tuple[str, str], tuple[str, Import]],
        most_memory: int,
    ) -> None:
        self._store = Store(engine)
        self._store.set_limits(memory_size=most_memory)
        linker = Linker(engine)
        self._raised: BaseException | None = None
        self._callbacks = [self._define(linker, *name, *each) for name, each in imports.items()]
        self._exports = linker.instantiate(self._store, module).exports(self._store)
        self._slots = _Slots()
        self._trap = _address()
        self._fixed = (
            ctypes.cast(self._store._context(), _address).value,
            ctypes.addressof(self._slots),
            ctypes.addressof(self._trap),
        )
        self._functions: dict[str, int] = {}
        self._found: list[Func] = []
        memory = self._exports["memory"]
        assert isinstance(memory, Memory)
        self._memory = memory
        # Room is reserved for all that it may ever be, so that it does not move.
        self.address = ctypes.addressof(memory.data_ptr(self._store).contents)

    def close(self) -> None:
        self._store.close()

    @property
    def size(self) -> int:
        """Bytes of memory, from `address` on."""
        return self._memory.data_len(self._store)

    def grow(self, size: int) -> None:
        """To at least so many bytes."""
        if (missing := size - self.size) > 0:
            self._memory.grow(self._store, -(-missing // PAGE))

    @property
    def stack_pointer(self) -> int:
        return int(self._global().value(self._store))

    @stack_pointer.setter
    def stack_pointer(self, value: int) -> None:
        self._global().set_value(self._store, value)

    def _global(self) -> Global:
        found = self._exports["__stack_pointer"]
        assert isinstance(found, Global)
        return found

    def call(self, name: str, *arguments: int) -> int:
        """The function's result; of one that has none, anything. Raises Trapped, and what imports raise."""
        slots = self._slots
        for place, argument in enumerate(arguments):
            slots[place * SLOT] = argument
        context, values, trap = self._fixed
        error = _invoke(context, self._functions.get(name) or self._find(name), values, 8, trap)
        if error or self._trap.value:
            self._stopped(error)
        return slots[0]

    def _find(self, name: str) -> int:
        found = self._exports[name]
        assert isinstance(found, Func)
        self._found.append(found)  # whose address is used
        self._functions[name] = ctypes.addressof(found._func)
        return self._functions[name]

    def _stopped(self, error: int | None) -> None:
        if error:
            c.wasmtime_error_delete(ctypes.cast(error, ctypes.POINTER(c.wasmtime_error_t)))
        code = ctypes.c_uint8()
        if self._trap.value:
            trap = ctypes.cast(self._trap, ctypes.POINTER(c.wasm_trap_t))
            c.wasmtime_trap_code(trap, ctypes.byref(code))
            c.wasm_trap_delete(trap)
            self._trap.value = None
        raised, self._raised = self._raised, None
        raise Trapped(code.value == UNREACHABLE) if raised is None else raised

    def _define(self, linker: Linker, module: str, name: str, arguments: str, function: Import) -> Any:
        places = range(0, len(arguments) * SLOT, SLOT)

        def called(_: int, caller: int, values: int, length: int) -> int:
            try:
                slots = _Slots.from_address(values)
                slots[0] = function(*[slots[place] for place in places])
            except BaseException as raised:
                self._raised = raised
                return ctypes.cast(c.wasmtime_trap_new(b"", 0), _address).value or 0
            return 0

        results = [] if name == "proc_exit" else [ValType.i32()]
        callback, kind = _Called(called), FuncType([_TYPES[each]() for each in arguments], results)
        error = c.wasmtime_linker_define_func_unchecked(
            linker.ptr(),
            *(ctypes.create_string_buffer(module.encode()), len(module)),
            *(ctypes.create_string_buffer(name.encode()), len(name)),
            kind.ptr(),
            ctypes.cast(callback, c.wasmtime_func_unchecked_callback_t),
            *(None, _no_finalizer),
        )
        if error:
            raise RuntimeError(f"{module}.{name} cannot be defined")
        return callback
