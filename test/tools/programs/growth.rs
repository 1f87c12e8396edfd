use std::collections::{BTreeMap, HashMap, VecDeque};

fn main() {
    let mut rows: Vec<Vec<u64>> = Vec::new();
    for i in 0..500 {
        let mut row = Vec::new();
        for j in 0..i {
            row.push(j as u64);
        }
        rows.push(row);
    }
    let names: HashMap<String, usize> = (0..2000).map(|i| (format!("name {i}"), i)).collect();
    let sorted: BTreeMap<&str, usize> = names.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    let queue: VecDeque<String> = sorted.keys().map(|k| k.repeat(3)).collect();
    std::mem::forget(rows.split_off(400));
    std::process::exit((queue.len() != 2000) as i32);
}
