// C++ containers, and what glibc's malloc counts of them.
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

int main() {
  std::map<int, std::string> names;
  for (int i = 0; i < 5000; i++) names[i] = "a name that is too long to lie in the string itself";
  for (int i = 0; i < 5000; i += 3) names.erase(i);
  std::unordered_map<int, std::vector<int>> lists;
  for (int i = 0; i < 2000; i++) lists[i].resize(i % 200);
  std::deque<long> queue(10000);
  std::vector<double> growing;
  for (int i = 0; i < 100000; i++) growing.push_back(i);
  struct mallinfo2 info = mallinfo2();
  dprintf(1,
          "{\"arena\":%zu,\"ordblks\":%zu,\"smblks\":%zu,\"hblks\":%zu,\"hblkhd\":%zu,\"fsmblks\":%zu,"
          "\"uordblks\":%zu,\"fordblks\":%zu}\n",
          info.arena, info.ordblks, info.smblks, info.hblks, info.hblkhd, info.fsmblks, info.uordblks,
          info.fordblks);
  char line;
  return read(0, &line, 1) < 0 || queue.empty();
}
