using System.Diagnostics;
using System.Globalization;
using Ferry.Core.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Benchmarks;

/// <summary>
/// <c>hash FILE [--threads N] [--repeat N] [--buffer KiB]</c>: reads and hashes a file as the product does, and prints
/// the digest and GB/s of every repetition. 256 KiB was the best buffer on Zen 5 with 1 MiB of second-level cache; from
/// 64 KiB to 1 MiB the difference is below a tenth.
/// </summary>
internal static class HashFile
{
    private const int RangeSize = 4 << 20;

    public static int Run(string[] args)
    {
        var (threads, repeat, buffer) = (Option(args, "--threads", 1), Option(args, "--repeat", 1), Option(args, "--buffer", 256) * 1024);
        using var file = File.OpenHandle(args[0]);
        var length = RandomAccess.GetLength(file);
        for (var i = 0; i < repeat; i++)
        {
            var watch = Stopwatch.StartNew();
            var digest = threads == 1 ? Sequential(file, buffer) : Parallel(file, length, threads, buffer);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{digest.ToHex()} {length / watch.Elapsed.TotalSeconds / 1e9:0.00} GB/s"));
        }
        return 0;
    }

    private static Digest Sequential(SafeFileHandle file, int bufferSize)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(bufferSize, pinned: true);
        var hasher = new Blake3();
        var offset = 0L;
        for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
            hasher.Append(buffer.AsSpan(0, read));
        return hasher.Finish();
    }

    private static Digest Parallel(SafeFileHandle file, long length, int threads, int bufferSize)
    {
        var ranges = (int)((length + RangeSize - 1) / RangeSize);
        var chains = new byte[ranges][];
        var next = -1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work)).ToArray();
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());

        var hasher = new Blake3();
        for (var range = 0; range < ranges; range++)
            hasher.AppendSubtree(chains[range], Math.Min(RangeSize, length - (long)range * RangeSize));
        return hasher.Finish();

        void Work()
        {
            var buffer = GC.AllocateUninitializedArray<byte>(bufferSize, pinned: true);
            var subtree = new Blake3Subtree();
            for (int range; (range = Interlocked.Increment(ref next)) < ranges;)
            {
                var (offset, end) = ((long)range * RangeSize, Math.Min(length, (range + 1L) * RangeSize));
                subtree.Reset((ulong)offset / Blake3.ChunkSize);
                for (int read; offset < end; offset += read)
                {
                    read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(bufferSize, end - offset)), offset);
                    subtree.Append(buffer.AsSpan(0, read));
                }
                subtree.Finish(chains[range] = new byte[Blake3Subtree.ChainSize]);
            }
        }
    }

    private static int Option(string[] args, string name, int otherwise)
    {
        var index = Array.IndexOf(args, name);
        return index < 0 ? otherwise : int.Parse(args[index + 1], CultureInfo.InvariantCulture);
    }
}
