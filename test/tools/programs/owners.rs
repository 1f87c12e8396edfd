//! Makes owners of different shapes, prints how much of malloc's memory each holds as JSON, and waits.
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{Read, Write};
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::Mutex;

extern "C" {
    fn malloc_usable_size(block: *const u8) -> usize;
}

/// Counts what is usable of live blocks.
struct Counting;
static LIVE: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = System.alloc(layout);
        LIVE.fetch_add(malloc_usable_size(block), Relaxed);
        block
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(malloc_usable_size(block), Relaxed);
        System.dealloc(block, layout)
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_sub(malloc_usable_size(block), Relaxed);
        let grown = System.realloc(block, layout, size);
        LIVE.fetch_add(malloc_usable_size(grown), Relaxed);
        grown
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Link { next: Option<Box<Link>>, payload: [u64; 12] }
struct Row { id: u64, cells: Vec<String> }
struct Branch { parent: RefCell<Weak<Branch>>, children: RefCell<Vec<Rc<Branch>>>, weight: [u64; 7] }
struct Ring { next: RefCell<Option<Rc<Ring>>>, payload: [u64; 30] }

/// What making something adds.
fn held<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let before = LIVE.load(Relaxed);
    let made = make();
    (made, LIVE.load(Relaxed) - before)
}

#[inline(never)]
fn branch(depth: usize) -> Rc<Branch> {
    let one = Rc::new(Branch { parent: RefCell::new(Weak::new()), children: RefCell::new(vec![]), weight: [depth as u64; 7] });
    if depth > 0 {
        for _ in 0..5 {
            let child = branch(depth - 1);
            *child.parent.borrow_mut() = Rc::downgrade(&one);
            one.children.borrow_mut().push(child);
        }
    }
    one
}

#[inline(never)]
fn links(count: usize) -> Option<Box<Link>> {
    let mut head = None;
    for i in 0..count { head = Some(Box::new(Link { next: head, payload: [i as u64; 12] })); }
    head
}

/// Rings that nothing leads to any more.
#[inline(never)]
fn leak(rings: usize) -> usize {
    held(|| {
        for i in 0..rings {
            let one = Rc::new(Ring { next: RefCell::new(None), payload: [i as u64; 30] });
            let other = Rc::new(Ring { next: RefCell::new(Some(one.clone())), payload: [i as u64; 30] });
            *one.next.borrow_mut() = Some(other);
        }
    }).1
}

/// Overwrites what calls have left on the stack.
#[inline(never)]
fn clear_stack() -> u64 {
    let mut room = [0u64; 8192];
    std::hint::black_box(&mut room);
    room.iter().sum()
}

fn main() {
    // A buffer that is made later holds what was freed before, and keeps nothing alive.
    let stdin = std::io::stdin();
    let (rows, rows_held) = held(|| (0..9000u64).map(|id| Row { id, cells: (0..4).map(|k| format!("cell {} of the row {}", k, id)).collect() }).collect::<Vec<_>>());
    let (map, map_held) = held(|| (0..8000u32).map(|i| (format!("key number {}", i), (0..3 + i % 20).collect::<Vec<u32>>())).collect::<HashMap<_, _>>());
    let (list, list_held) = held(|| links(5000));
    let (tree, tree_held) = held(|| branch(5));
    let (sorted, sorted_held) = held(|| (0..7000u32).map(|i| (i, format!("a value with a number: {}", i))).collect::<BTreeMap<_, _>>());
    let (queue, queue_held) = held(|| (0..3000).map(|i| format!("waits in a queue: {}", i)).collect::<VecDeque<_>>());
    let (boxes, boxes_held) = held(|| (0..2500usize).map(|i| vec![1u8; 90 + i % 70].into_boxed_slice()).collect::<Vec<_>>());
    let (_, names_held) = held(|| { for i in 0..2000 { NAMES.lock().unwrap().push(format!("the name of a thing: {}", i)); } });
    // What two hold is neither's.
    let (shared, shared_held) = held(|| (0..600).map(|i| Rc::new(vec![i as u64; 100])).collect::<Vec<_>>());
    let (other, other_held) = held(|| shared.clone());
    let shared_own = shared.capacity() * 8;
    let (arrays, arrays_held) = held(|| vec![[1u64; 64]; 1500]);
    let leaked = leak(400);
    let owners = [("rows", rows_held), ("map", map_held), ("list", list_held), ("tree", tree_held), ("sorted", sorted_held),
        ("queue", queue_held), ("boxes", boxes_held), ("NAMES", names_held), ("arrays", arrays_held)];
    clear_stack();
    let text: Vec<String> = owners.iter().map(|(name, bytes)| format!(r#""{}":{}"#, name, bytes)).collect();
    println!(r#"{{"owners":{{{}}},"shared":{},"leaked":{}}}"#, text.join(","), shared_held - shared_own, leaked);
    std::io::stdout().flush().unwrap();
    std::hint::black_box((&rows, &map, &list, &tree, &sorted, &queue, &boxes, &shared, &other, &arrays, other_held));
    let _ = stdin.lock().read(&mut [0]);
    std::hint::black_box((&rows[0].id, &map, &list.as_ref().unwrap().payload, &tree.weight, &sorted, &queue, &boxes, &shared, &other, &arrays));
}
