//! Makes containers of one shape, prints what they hold as JSON, and waits.
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io::{Read, Write};
use std::mem::size_of;
use std::rc::Rc;
use std::sync::Arc;

struct Record { id: u64, cells: Vec<String>, weight: f32 }
enum Shape { Circle(f32), Polygon(Vec<(f64, f64)>), Name(String), Empty }
struct Node { name: String, children: Vec<Node> }

fn tree(depth: usize) -> Node {
    let children = if depth == 0 { vec![] } else { (0..4).map(|_| tree(depth - 1)).collect() };
    Node { name: format!("a node at depth {}", depth), children }
}

fn count(node: &Node, sums: &mut [usize; 5]) {
    if node.children.capacity() > 0 { sums[0] += 1; }
    sums[1] += node.children.len();
    sums[2] += 1;
    sums[3] += node.name.capacity();
    sums[4] += node.name.len();
    for child in &node.children { count(child, sums); }
}

fn family(kind: &str, size: usize, number: usize, length: usize, capacity: usize) -> String {
    format!(r#"{{"kind":"{}","size":{},"number":{},"length":{},"capacity":{}}}"#, kind, size, number, length, capacity)
}

fn vec<T>(one: &Vec<T>) -> String { family("counted", size_of::<T>(), 1, one.len(), one.capacity()) }

fn strings<'a>(all: impl Iterator<Item = &'a String> + Clone) -> String {
    let owned = all.filter(|one| one.capacity() > 0);
    family("counted", 1, owned.clone().count(), owned.clone().map(|one| one.len()).sum(), owned.map(|one| one.capacity()).sum())
}

fn vecs<'a, T: 'a>(all: impl Iterator<Item = &'a Vec<T>> + Clone) -> String {
    let owned = all.filter(|one| one.capacity() > 0);
    family("counted", size_of::<T>(), owned.clone().count(), owned.clone().map(|one| one.len()).sum(), owned.map(|one| one.capacity()).sum())
}

/// Prints what there is and waits for the end of standard input; what is given stays alive until then.
fn wait<T>(families: &[String], kept: T) {
    println!("[{}]", families.join(","));
    std::io::stdout().flush().unwrap();
    std::hint::black_box(&kept);
    let _ = std::io::stdin().read(&mut [0]);
    std::hint::black_box(&kept);
}

fn records(n: usize) -> Vec<Record> {
    (0..n).map(|i| Record { id: i as u64, weight: 1.0, cells: Vec::new() }).collect()
}

fn fill(rows: &mut Vec<Record>) {
    for (i, row) in rows.iter_mut().enumerate() {
        for k in 0..3 + i % 5 { row.cells.push(format!("cell {} of {}", k, i)); }
    }
}

fn nested_truth(rows: &Vec<Record>) -> Vec<String> {
    vec![vec(rows), vecs(rows.iter().map(|r| &r.cells)), strings(rows.iter().flat_map(|r| r.cells.iter()))]
}

fn main() {
    match std::env::args().nth(1).unwrap().as_str() {
        "nested" => {
            let mut rows = Vec::new();
            for row in records(20000) { rows.push(row); }
            fill(&mut rows);
            let sum: f32 = rows.iter().map(|r| r.id as f32 + r.weight).sum();
            wait(&nested_truth(&rows), (&rows, sum));
        }
        "freed" => {
            // Three times as much was there before.
            let mut first = records(60000);
            fill(&mut first);
            drop(first);
            let mut rows = Vec::new();
            for row in records(20000) { rows.push(row); }
            fill(&mut rows);
            wait(&nested_truth(&rows), &rows);
        }
        "strings" => {
            let mut all = Vec::new();
            for i in 0..30000usize { all.push("x".repeat(i % 300)); }
            let mut text = String::new();
            for i in 0..50000 { text.push_str(if i % 2 == 0 { "even " } else { "odd " }); }
            let truth = [vec(&all), strings(all.iter()), family("counted", 1, 1, text.len(), text.capacity())];
            wait(&truth, (&all, &text));
        }
        "maps" => {
            let set: HashSet<u64> = (0..100000).collect();
            let mut map: HashMap<String, Vec<u32>> = HashMap::new();
            for i in 0..10000u32 { map.insert(format!("key number {}", i), (0..1 + i % 10).collect()); }
            let truth = [
                family("table", 8, 1, set.len(), set.capacity()),
                family("table", 48, 1, map.len(), map.capacity()),
                vecs(map.values()),
                strings(map.keys()),
            ];
            wait(&truth, (&set, &map));
        }
        "shared" => {
            let counted: Vec<Rc<Vec<u8>>> = (0..5000).map(|i| Rc::new(vec![1; 100 + i % 50])).collect();
            let shared: Vec<Arc<Vec<[u64; 4]>>> = (0..5000).map(|i| Arc::new(vec![[0; 4]; 1 + i % 9])).collect();
            wait(&[vecs(counted.iter().map(|one| &**one)), vecs(shared.iter().map(|one| &**one))], (&counted, &shared));
        }
        "ring" => {
            let mut ring: VecDeque<u64> = VecDeque::new();
            for i in 0..90000 { ring.push_back(i); if i % 3 == 0 { ring.pop_front(); } }
            wait(&[family("maybe-ring", 8, 1, ring.len(), ring.capacity())], &ring);
        }
        "deques" => {
            let mut ring: VecDeque<String> = VecDeque::new();
            for i in 0..20000 { ring.push_back(format!("string number {}", i)); if i % 3 == 0 { ring.pop_front(); } }
            let full: VecDeque<Vec<u32>> = (0..3000u32).map(|i| vec![i; 5]).collect();
            let truth = [family("ring", 24, 1, ring.len(), ring.capacity()), family("ring", 24, 1, full.len(), full.capacity()),
                strings(ring.iter()), vecs(full.iter())];
            wait(&truth, (&ring, &full));
        }
        "enums" => {
            let mut shapes = Vec::new();
            for i in 0..30000usize {
                shapes.push(match i % 4 {
                    0 => Shape::Circle(i as f32),
                    1 => Shape::Polygon(vec![(1.0, 2.0); 3 + i % 7]),
                    2 => Shape::Name(format!("shape number {}", i)),
                    _ => Shape::Empty,
                });
            }
            let polygons = || shapes.iter().filter_map(|s| if let Shape::Polygon(p) = s { Some(p) } else { None });
            let names = || shapes.iter().filter_map(|s| if let Shape::Name(n) = s { Some(n) } else { None });
            let area: f32 = shapes.iter().map(|s| if let Shape::Circle(r) = s { *r } else { 0.0 }).sum();
            wait(&[vec(&shapes), vecs(polygons()), strings(names())], (&shapes, area));
        }
        "tree" => {
            let root = tree(6);
            let mut sums = [0; 5];
            count(&root, &mut sums);
            let [vecs, nodes, names, room, length] = sums;
            let truth = [family("counted", size_of::<Node>(), vecs, nodes, nodes), family("counted", 1, names, length, room)];
            wait(&truth, &root);
        }
        "btree" => {
            let map: BTreeMap<u32, String> = (0..20000).map(|i| (i, format!("value number {}", i))).collect();
            wait(&[], &map);
        }
        "threads" => {
            let (sender, receiver) = std::sync::mpsc::channel();
            let threads: Vec<_> = (0..8usize).map(|t| {
                let sender = sender.clone();
                std::thread::spawn(move || {
                    let mut own: Vec<[u64; 6]> = Vec::new();
                    for i in 0..10000 + t * 1000 { own.push([i as u64; 6]); }
                    sender.send(vec(&own)).unwrap();
                    loop { std::thread::park(); std::hint::black_box(&own); }
                })
            }).collect();
            let truth: Vec<String> = receiver.iter().take(8).collect();
            wait(&truth, threads.len());
            std::process::exit(0);
        }
        "exact" => {
            let exact: Vec<u128> = Vec::with_capacity(40000);
            let mut half: Vec<[u8; 24]> = Vec::with_capacity(50000);
            for _ in 0..25001 { half.push([1; 24]); }
            let mut shrunk: Vec<u32> = (0..100000).collect();
            shrunk.truncate(60000);
            shrunk.shrink_to_fit();
            let mut others = Vec::new();
            for i in 0..1000usize { others.push(vec![i; 3 + i % 3]); others[i].pop(); }
            wait(&[vec(&exact), vec(&half), vec(&shrunk)], (&exact, &half, &shrunk, &others));
        }
        other => panic!("no shape {}", other),
    }
}
