//! Grows a Vec of Strings and leaks blocks at each line that it reads; prints what it has then.
use std::io::{BufRead, Write};

#[inline(never)]
fn leak(count: usize) {
    for i in 0..count { std::mem::forget(std::hint::black_box(Box::new([i as u64; 50]))); }
}

#[inline(never)]
fn grow(names: &mut Vec<String>, count: usize) {
    for i in 0..count { names.push(format!("a name with a number: {}", i)); }
}

#[inline(never)]
fn clear_stack() -> u64 {
    let mut room = [0u64; 4096];
    std::hint::black_box(&mut room);
    room.iter().sum()
}

fn main() {
    let input = std::io::stdin();
    let mut names: Vec<String> = Vec::new();
    let kept: Vec<u64> = vec![7; 30000];
    let mut leaked = 0;
    for round in 1.. {
        grow(&mut names, 5000 * round);
        leak(100 * round);
        leaked += 100 * round;
        clear_stack();
        println!(r#"{{"names":{},"capacity":{},"leaked":{}}}"#, names.len(), names.capacity(), leaked);
        std::io::stdout().flush().unwrap();
        std::hint::black_box((&names, &kept));
        let mut line = String::new();
        if input.lock().read_line(&mut line).unwrap() == 0 { return; }
    }
}
