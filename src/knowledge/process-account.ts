/**
 * What the kernel's sums over a process mean (proc_pid_status(5), proc_pid_smaps(5)). Names that are
 * missing here are shown without words.
 */
export const ACCOUNT_MEANINGS: ReadonlyMap<string, string> = new Map([
  // /proc/PID/status
  ['VmPeak', 'largest address space so far'],
  ['VmSize', 'address space'],
  ['VmLck', 'locked in RAM (mlock)'],
  ['VmPin', 'pinned for devices'],
  ['VmHWM', 'largest resident size so far'],
  ['VmRSS', 'resident: in RAM'],
  ['RssAnon', 'resident, of no file: heap, stacks, written copies of file pages'],
  ['RssFile', 'resident, of files'],
  ['RssShmem', 'resident, shared memory'],
  ['VmData', 'private writable address space: heap, mappings, data of the program'],
  ['VmStk', 'stack of the main thread'],
  ['VmExe', 'code of the program'],
  ['VmLib', 'code of libraries'],
  ['VmPTE', "page tables: the kernel's own memory, in no resident size"],
  ['VmSwap', 'swapped out'],
  ['HugetlbPages', 'huge pages from hugetlbfs, in no resident size'],
  // smaps_rollup
  ['Rss', 'resident: in RAM'],
  ['Pss', 'resident, shared pages divided by their users'],
  ['Pss_Dirty', 'of these, written'],
  ['Pss_Anon', 'of these, of no file'],
  ['Pss_File', 'of these, of files'],
  ['Pss_Shmem', 'of these, shared memory'],
  ['Shared_Clean', 'resident, shared with other processes, as in the file'],
  ['Shared_Dirty', 'resident, shared with other processes, written'],
  ['Private_Clean', 'resident here alone, as in the file'],
  ['Private_Dirty', 'resident here alone, written'],
  ['Anonymous', 'resident, of no file'],
  ['AnonHugePages', 'resident in huge pages that the kernel made'],
  ['LazyFree', 'resident, but given up (MADV_FREE)'],
  ['Swap', 'swapped out'],
  ['SwapPss', 'swapped out, shared pages divided by their users'],
  ['Locked', 'locked in RAM (mlock)'],
]);
