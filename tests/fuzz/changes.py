"""The small changes of a module that the tests should notice, and how one is made in a process that has imported it."""

import ast
import gc
import inspect
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType

SRC = Path(__file__).parents[2] / "src" / "mobility"
SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def _changes(node):
    """Return the changes of a node: what each is called, and a function that makes it."""
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in SWAPS:
        return [_swap(node, "op", SWAPS[type(node.op)]())]
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        return [_swap(node, "ops", [SWAPS[type(node.ops[0])](), *node.ops[1:]])]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        return [_swap(node, "operand", ast.UnaryOp(node.op, node.operand))]
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return [_swap(node, "value", not node.value)]
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return [_swap(node, "value", node.value + step) for step in (1, -1)]
    if isinstance(node, ast.Return) and node.value is not None and getattr(node.value, "value", 0) is not None:
        return [_swap(node, "value", ast.Constant(None))]
    if isinstance(node, (ast.If, ast.IfExp)) and not _typing(node):
        return [_swap(node, "test", ast.UnaryOp(ast.Not(), node.test))]
    return []


def _swap(node, field, new):
    def make():
        old = ast.unparse(node).partition("\n")[0]
        setattr(node, field, new)
        return f"{old}  ->  {ast.unparse(ast.fix_missing_locations(node)).partition(chr(10))[0]}"

    return make


def _typing(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def sites(tree):
    """Return every change of a module in order of its lines, with the line; errors and types are left alone."""
    found = []

    def visit(node):
        if isinstance(node, (ast.Raise, ast.JoinedStr)) or _typing(node):
            return
        found.extend((getattr(node, "lineno", 0), make) for make in _changes(node))
        for name, value in ast.iter_fields(node):
            if name not in {"annotation", "returns", "decorator_list"}:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        visit(child)

    visit(tree)
    return found


def changed(module, number):
    """Return the line of a change, what it is, and the module's tree before and after it."""
    source = (SRC / module).read_text(encoding="utf-8")
    before, after = ast.parse(source), ast.parse(source)
    line, make = sites(after)[number]
    return line, make(), before, after


def functions(code):
    """Return the code of every function and method of a module, by its name and first line."""
    found = {}
    for part in code.co_consts:
        if isinstance(part, CodeType) and part.co_flags & inspect.CO_OPTIMIZED:
            found[part.co_qualname, part.co_firstlineno] = part
        elif isinstance(part, CodeType):  # the body of a class
            found |= functions(part)
    return found


def put_in(module, before, after):
    """Change the functions of an imported module, wherever they are kept; return False where none is changed."""
    file = str(SRC / module)
    old, new = (functions(compile(tree, file, "exec")) for tree in (before, after))
    other = {key for key, code in new.items() if old[key] != code}
    for function in gc.get_objects() if other else ():
        if isinstance(function, FunctionType) and function.__code__.co_filename == file:
            key = function.__code__.co_qualname, function.__code__.co_firstlineno
            if key in other:
                function.__code__ = new[key]
    return bool(other)


class Changed(SourceFileLoader):
    """Loads a module as changed; the first of `sys.meta_path`, for what runs when a module is imported."""

    def __init__(self, module, tree):
        self.module, self.tree = "mobility." + module.removesuffix(".py").replace("/", "."), tree
        super().__init__(self.module, str(SRC / module))

    def find_spec(self, name, _path=None, _target=None):
        return spec_from_file_location(name, self.path, loader=self) if name == self.module else None

    def get_code(self, _name):
        return compile(self.tree, self.path, "exec")
