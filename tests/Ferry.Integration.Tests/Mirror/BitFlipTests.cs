using System.Text;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>
/// One bit is flipped, in a file of the target or in the manifest, and the verification must fail and name the file, or the manifest and its line. Flips in different
/// files do not touch each other: one run sees one in each of several files. Flips in the manifest have a run each.
/// </summary>
public sealed class BitFlipTests(ITestOutputHelper output) : IDisposable
{
    private const int FilesPerRun = 20;

    private readonly MirrorUser _user = new();

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void Every_flipped_bit_of_the_data_is_found_and_its_file_named()
    {
        for (var i = 0; i < 60; i++) _user.WriteSource($"d{i % 4}/f{i}", i % 10 == 0 ? 100_000 + i : 1 + (i * 37), i);
        _user.WriteSource("large", 20_000_000, 77);
        _user.Mirror().OrThrow();
        var names = _user.Tree.Files("dst").Where(static name => name != MirrorUser.Manifest).ToArray();
        var random = new Random(5);
        var flips = 0;
        for (var run = 0; flips < LongRun.Count(120, 8000); run++)
        {
            random.Shuffle(names);
            var chosen = names[..FilesPerRun].Order(StringComparer.Ordinal).ToArray();
            var bits = chosen.Select(name => random.NextInt64(8 * new FileInfo($"{_user.Target}/{name}").Length)).ToArray();
            Flip(chosen, bits);
            var result = _user.Mirror("--step", "verify", "--json");
            Assert.True(result.ExitCode == 1, $"run {run}: {result}");
            Assert.Equal(chosen, MirrorUser.Paths(MirrorUser.Json(result), "changed"));
            Flip(chosen, bits);
            flips += chosen.Length;
        }

        _user.Mirror("--step", "verify").OrThrow();
        output.WriteLine($"{flips} flips, {FilesPerRun} in a run");
    }

    [RequiresFact("ferry")]
    public void Every_flipped_bit_of_the_manifest_is_found()
    {
        // Names that a flip turns into each other, into a path of another directory, an absolute one; names with escapes; equal contents.
        foreach (var (name, i) in ((string[])["f0", "f1", "f2", "f3", "a/b", "a.b", ".hidden", "new\nline", "back\\slash", "d/f0", "d/f1", "e/f0"]).Select(static (name, i) => (name, i)))
            _user.WriteSource(name, name.EndsWith("f0", StringComparison.Ordinal) || name.EndsWith("f1", StringComparison.Ordinal) ? 0 : 10 + i, i);
        _user.Mirror().OrThrow();
        var path = _user.Tree["dst/BLAKE3SUMS"];
        var whole = File.ReadAllBytes(path);
        var random = new Random(6);
        var missed = new List<string>();
        int[] flips = [.. Enumerable.Range(0, LongRun.Count(60, 1000)).Select(_ => random.Next(8 * whole.Length))];
        foreach (var bit in flips)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);
            var result = _user.Mirror("--step", "verify");
            if (result.ExitCode == 0 || !IsNamed(result.Stderr, whole, damaged, bit / 8)) missed.Add($"bit {bit}: {Text(damaged, bit / 8)}: {result}");
        }

        File.WriteAllBytes(path, whole);
        _user.Mirror("--step", "verify").OrThrow();
        output.WriteLine($"{flips.Length} flips");
        Assert.True(missed is [], $"{missed.Count} of {flips.Length} flips: {string.Join('\n', missed.Take(10))}");
    }

    [RequiresFact("ferry")]
    public void Flipped_bits_of_a_large_file_lie_in_the_ranges_that_are_reported_and_are_repaired()
    {
        _user.WriteSource("large", 40_000_000, 8);
        _user.Mirror().OrThrow();
        var random = new Random(9);
        var flips = 0;
        for (var run = 0; flips < LongRun.Count(20, 1000); run++)
        {
            var bits = Enumerable.Range(0, 5).Select(_ => random.NextInt64(8 * 40_000_000L)).ToArray();
            Flip([.. bits.Select(static _ => "large")], bits);
            var file = MirrorUser.Json(_user.Mirror("--step", "verify", "--json")).GetProperty("verification").GetProperty("changed")[0];
            var ranges = file.GetProperty("ranges").EnumerateArray()
                .Select(static range => (Start: range.GetProperty("offset").GetInt64(), Length: range.GetProperty("length").GetInt64())).ToArray();
            Assert.All(bits, bit => Assert.Contains(ranges, range => bit / 8 >= range.Start && bit / 8 < range.Start + range.Length));
            Assert.True(ranges.Length <= bits.Length && ranges.Sum(static range => range.Length) <= 5 << 20, $"run {run}: {file}");
            _user.Mirror("--step", "verify", "--repair").OrThrow();
            flips += bits.Length;
        }

        Assert.Equal(_user.Tree.Read("src/large"), _user.Tree.Read("dst/large"));
        output.WriteLine($"{flips} flips, 5 in a run");
    }

    [RequiresFact("ferry")]
    public void Every_flipped_bit_of_the_receipt_is_found()
    {
        for (var i = 0; i < 5; i++) _user.WriteSource($"f{i}", 10, i);
        var path = _user.Tree["receipt.json"];
        _user.Mirror("--receipt", path).OrThrow();
        _user.Mirror("--step", "verify", "--check-receipt", path).OrThrow();
        var whole = File.ReadAllBytes(path);
        var random = new Random(7);
        int[] flips = [.. Enumerable.Range(0, LongRun.Count(30, 500)).Select(_ => random.Next(8 * whole.Length))];
        var missed = new List<string>();
        foreach (var bit in flips)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);
            var result = _user.Mirror("--step", "verify", "--check-receipt", path);
            if (result.ExitCode == 0 || !result.Stderr.Contains(path, StringComparison.Ordinal)) missed.Add($"bit {bit}: {Text(damaged, bit / 8)}: {result}");
        }

        output.WriteLine($"{flips.Length} flips");
        Assert.True(missed is [], $"{missed.Count} of {flips.Length} flips: {string.Join('\n', missed.Take(10))}");
    }

    /// <summary>Whether the message has the line's number, or the file that its name stands for, before the flip or after it.</summary>
    private static bool IsNamed(string stderr, byte[] whole, byte[] damaged, int position)
    {
        var line = whole.AsSpan(0, position).Count((byte)'\n') + 1;
        return stderr.Contains($"BLAKE3SUMS: line {line}: ", StringComparison.Ordinal) || stderr.Contains($"BLAKE3SUMS: line {line + 1}: ", StringComparison.Ordinal)
            || stderr.Contains($"  {NameOf(whole, position)}\n", StringComparison.Ordinal) || stderr.Contains($"  {NameOf(whole, position)} (", StringComparison.Ordinal);
    }

    private static string NameOf(byte[] manifest, int position)
    {
        var start = manifest.AsSpan(0, position).LastIndexOf((byte)'\n') + 1;
        var line = manifest.AsSpan(start, manifest.AsSpan(start).IndexOf((byte)'\n'));
        return Encoding.UTF8.GetString(line[(line[0] == '\\' ? 67 : 66)..]);
    }

    private static string Text(byte[] manifest, int position) =>
        Encoding.Latin1.GetString(manifest.AsSpan(Math.Max(0, position - 10), Math.Min(20, manifest.Length - Math.Max(0, position - 10))));

    private void Flip(string[] names, long[] bits)
    {
        for (var i = 0; i < names.Length; i++)
        {
            using var file = new FileStream($"{_user.Target}/{names[i]}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            file.Position = bits[i] / 8;
            var value = file.ReadByte();
            file.Position = bits[i] / 8;
            file.WriteByte((byte)(value ^ (1 << (int)(bits[i] % 8))));
        }
    }
}
