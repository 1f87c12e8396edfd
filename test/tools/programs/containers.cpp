// Makes containers of one shape, prints what they hold as JSON, and waits.
#include <cstdio>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <unistd.h>
#include <unordered_map>
#include <vector>

struct Record {
  long id;
  std::vector<std::string> cells;
  float weight;
};

static std::vector<double> samples;
static bool isFirst = true;

static void family(const char *kind, size_t size, size_t number, size_t length, size_t capacity) {
  printf("%s{\"kind\":\"%s\",\"size\":%zu,\"number\":%zu,\"length\":%zu,\"capacity\":%zu}",
         isFirst ? "[" : ",", kind, size, number, length, capacity);
  isFirst = false;
}

template <class T> static void vector(const std::vector<T> &one) {
  // Its words stand in memory, and not in registers.
  asm volatile("" : : "r"(&one) : "memory");
  family("bounded", sizeof(T), 1, one.size(), one.capacity());
}

static void wait() {
  puts(isFirst ? "[]" : "]");
  fflush(stdout);
  char end;
  if (read(0, &end, 1) < 0) return;
}

int main(int, char **argv) {
  std::string shape = argv[1];
  if (shape == "nested") {
    std::vector<Record> rows;
    for (int i = 0; i < 20000; i++) {
      Record row{i, {}, 1};
      for (int k = 0; k < 3 + i % 5; k++)
        row.cells.push_back("cell number " + std::to_string(k) + " of row " + std::to_string(i));
      rows.push_back(std::move(row));
    }
    size_t length = 0, capacity = 0, bytes = 0, room = 0;
    for (auto &row : rows) {
      length += row.cells.size();
      capacity += row.cells.capacity();
      for (auto &cell : row.cells) bytes += cell.size(), room += cell.capacity();
    }
    vector(rows);
    family("bounded", sizeof(std::string), rows.size(), length, capacity);
    family("text", 1, length, bytes, room);
    wait();
  } else if (shape == "others") {
    std::unordered_map<int, std::vector<short>> map;
    std::deque<int> queue;
    std::string text;
    for (int i = 0; i < 60000; i++) {
      map[i % 3000].push_back(i);
      queue.push_back(i);
      text += "some words ";
      samples.push_back(i);
    }
    size_t length = 0, capacity = 0;
    for (auto &one : map) length += one.second.size(), capacity += one.second.capacity();
    // The size of elements that hold no pointer stands nowhere: bytes.
    family("bounded", 1, 1, samples.size() * 8, samples.capacity() * 8);
    family("bounded", 1, map.size(), length * 2, capacity * 2);
    family("text", 1, 1, text.size(), text.capacity());
    family("buckets", 8, 1, map.size(), map.bucket_count());
    wait();
  } else if (shape == "maps") {
    std::unordered_map<int, std::vector<long>> map;
    std::string text;
    for (int i = 0; i < 60000; i++) {
      map[i % 4000].push_back(i);
      text += "some words ";
    }
    size_t length = 0, capacity = 0;
    for (auto &one : map) length += one.second.size(), capacity += one.second.capacity();
    family("bounded", 1, map.size(), length * 8, capacity * 8);
    family("text", 1, 1, text.size(), text.capacity());
    family("buckets", 8, 1, map.size(), map.bucket_count());
    wait();
  } else if (shape == "pointers") {
    std::vector<std::unique_ptr<Record>> all;
    std::list<std::string> names;
    for (int i = 0; i < 40000; i++) {
      all.push_back(std::make_unique<Record>());
      names.push_back("a name that is long enough " + std::to_string(i));
    }
    size_t bytes = 0, room = 0;
    for (auto &name : names) bytes += name.size(), room += name.capacity();
    family("bounded", 1, 1, all.size() * 8, all.capacity() * 8);
    family("text", 1, names.size(), bytes, room);
    wait();
  }
  return 0;
}
