"""Makes dicts and lists, prints what they hold as JSON, and waits."""
import json
import sys

big = {i: i for i in range(200_000)}
words = {f"word number {i}": i for i in range(50_000)}
small = [{f"key {k}": k for k in range(60)} for _ in range(10_000)]
numbers = []
for i in range(120_000):
    numbers.append(i)


def room(one, entry):
    """The entries that fit the table of a dict, by its size."""
    block = one.__sizeof__() - {}.__sizeof__()
    for log in range(3, 32):
        entries = 2**log * 2 // 3
        index = 1 if log < 8 else 2 if log < 16 else 4
        if 32 + 2**log * index + entries * entry == block:
            return entries


def family(kind, size, all, capacity):
    return {"kind": kind, "size": size, "number": len(all), "length": sum(map(len, all)), "capacity": capacity}


truth = [
    family("table", 24, [big], room(big, 24)),
    family("table", 16, [words], room(words, 16)),
    family("table", 16, small, len(small) * room(small[0], 16)),
    family("counted", 8, [numbers], (numbers.__sizeof__() - [].__sizeof__()) // 8),
    family("counted", 8, [small], (small.__sizeof__() - [].__sizeof__()) // 8),
]
sys.stdout.write(json.dumps(truth) + "\n")
sys.stdout.flush()
sys.stdin.buffer.raw.read(1)
