// Threads that allocate at once, reallocs that grow, containers, a library that comes and goes.
#include <cstdlib>
#include <dlfcn.h>
#include <map>
#include <string>
#include <thread>
#include <vector>

__attribute__((noinline)) void churn(unsigned seed, int count) {
  std::vector<void*> live(1024);
  unsigned x = seed * 2654435761u + 1;
  for (int i = 0; i < count; i++) {
    x = x * 1664525 + 1013904223;
    unsigned at = (x >> 8) % live.size();
    free(live[at]);
    live[at] = malloc(16 + ((x >> 20) % 64) * 8);
    if ((x & 15) == 0) free(malloc(24));
  }
  for (size_t i = 0; i < live.size(); i += 2) free(live[i]);
}

__attribute__((noinline)) void grow() {
  void* block = nullptr;
  for (size_t size = 64; size < (1u << 22); size *= 2) block = realloc(block, size);
  free(block);
  std::vector<int> numbers;
  std::string text;
  for (int i = 0; i < 100000; i++) numbers.push_back(i), text += 'x';
}

__attribute__((noinline)) void tree() {
  std::map<int, std::string> entries;
  for (int i = 0; i < 2000; i++) entries[i * 7919 % 5003] = std::string(40 + i % 50, 'y');
}

__attribute__((noinline)) void plug(const char* file) {
  void* library = dlopen(file, RTLD_NOW);
  if (library == nullptr) exit(1);
  reinterpret_cast<void (*)(int)>(dlsym(library, "plug"))(100);
  dlclose(library);
}

int main(int, char** arguments) {
  std::vector<std::thread> threads;
  for (int i = 1; i <= 3; i++) threads.emplace_back([=] { churn(i, 20000); });
  grow();
  // heaptrack can lock itself up where a thread allocates while another one loads a library.
  for (auto& thread : threads) thread.join();
  plug(arguments[1]);
  tree();
  plug(arguments[1]);
}
