//! Rust collections, and what glibc's malloc counts of them.
use std::collections::{BTreeMap, HashMap};

#[repr(C)]
#[derive(Default)]
struct Mallinfo2 {
    arena: usize,
    ordblks: usize,
    smblks: usize,
    hblks: usize,
    hblkhd: usize,
    usmblks: usize,
    fsmblks: usize,
    uordblks: usize,
    fordblks: usize,
    keepcost: usize,
}

extern "C" {
    fn mallinfo2() -> Mallinfo2;
    fn read(file: i32, bytes: *mut u8, count: usize) -> isize;
    fn dprintf(file: i32, format: *const u8, ...) -> i32;
}

fn main() {
    let mut names: HashMap<u32, String> = (0..5000).map(|i| (i, format!("name {i}"))).collect();
    names.retain(|id, _| id % 3 != 0);
    let mut growing = Vec::new();
    for i in 0..100_000u64 {
        growing.push(i);
    }
    let tree: BTreeMap<u32, Vec<u8>> = (0..2000).map(|i| (i, vec![1; i as usize % 300])).collect();
    let worker = std::thread::spawn(move || {
        let boxes: Vec<Box<[u8; 200]>> = (0..1000).map(|_| Box::new([7; 200])).collect();
        std::thread::park();
        boxes.len()
    });
    std::thread::sleep(std::time::Duration::from_millis(50));
    let info = unsafe { mallinfo2() };
    let format = b"{\"arena\":%zu,\"ordblks\":%zu,\"smblks\":%zu,\"hblks\":%zu,\"hblkhd\":%zu,\"fsmblks\":%zu,\"uordblks\":%zu,\"fordblks\":%zu}\n\0";
    unsafe {
        dprintf(
            1,
            format.as_ptr(),
            info.arena, info.ordblks, info.smblks, info.hblks, info.hblkhd, info.fsmblks,
            info.uordblks, info.fordblks,
        );
    }
    // Standard input of Rust's own would allocate a buffer.
    unsafe { read(0, [0u8].as_mut_ptr(), 1) };
    worker.thread().unpark();
    let boxes = worker.join().unwrap();
    assert!(names.len() + growing.len() + tree.len() + boxes > 0);
}
