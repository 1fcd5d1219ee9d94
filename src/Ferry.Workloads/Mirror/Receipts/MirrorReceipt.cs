using System.Globalization;
using System.Text.Json;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Receipts;

/// <summary>What a mirror did, for the record: docs/formats/receipt.md.</summary>
public static class MirrorReceipt
{
    private const int MaxBytes = 16 * 1024 * 1024;

    // A receipt is for people and programs to read; a disk that fails has more than anybody reads.
    private const int MaxProblems = 10_000;

    private const ushort ReadableByAll = 0x1A4;

    /// <summary>Writes a receipt, replacing the file as a whole.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="report">What was done.</param>
    /// <param name="version">Which ferry did it.</param>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public static void Write(string path, MirrorOptions options, MirrorReport report, string version)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("type", "ferry-mirror-receipt");
            json.WriteNumber("version", 1);
            json.WriteString("tool", "ferry " + version);
            json.WriteString("started", report.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            json.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 3));
            json.WriteString("source", options.Source);
            json.WriteString("target", options.Target);
            json.WriteString("outcome", report.Outcome.ToString().ToLowerInvariant());
            json.WriteString("error", report.Error);
            WriteFigures(json, report);
            WriteSkipped(json, options, report);
            WriteProblems(json, report);
            json.WriteEndObject();
        }

        AtomicFile.Write(Path.GetFullPath(path), SealedText.Seal(text.ToArray()), ReadableByAll);
    }

    /// <summary>Compares a receipt with itself, and with the manifest that it is about.</summary>
    /// <param name="path">The receipt.</param>
    /// <param name="manifestDigest">The digest of the manifest's text; null if it is not at hand.</param>
    /// <returns>What is wrong, half a sentence; null if nothing is.</returns>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static string? WhyWrong(string path, Digest? manifestDigest)
    {
        var text = AtomicFile.TryRead(path, MaxBytes) ?? throw new LinuxException(Errno.ENOENT, "open", path);
        if (!SealedText.IsIntact(text))
        {
            return "is not as it was written: its seal does not fit";
        }

        using var receipt = JsonDocument.Parse(text);
        if (!receipt.RootElement.TryGetProperty("manifest", out var manifest) || manifest.ValueKind != JsonValueKind.Object)
        {
            return "is of a run that wrote no manifest";
        }

        return manifestDigest is { } digest && manifest.GetProperty("digest").GetString() != "blake3:" + digest.ToHex()
            ? "is about another manifest: one of them was changed since"
            : null;
    }

    /// <summary>Compares the receipt that the options name, if any, with the manifest that is verified; a sentence, or null.</summary>
    internal static string? WhyWrong(MirrorOptions options, FoundManifest manifest) =>
        options.CheckedReceipt is { } receipt && WhyWrong(receipt, manifest.DigestOfText()) is { } reason ? $"{receipt} {reason}" : null;

    private static void WriteFigures(Utf8JsonWriter json, MirrorReport report)
    {
        if (report.Copy is { } copy)
        {
            json.WriteStartObject("copied");
            json.WriteNumber("files", copy.Files);
            json.WriteNumber("bytes", copy.Bytes);
            json.WriteNumber("removed", copy.Removed);
            json.WriteEndObject();
        }

        if (report.Manifest is { } manifest)
        {
            json.WriteStartObject("manifest");
            json.WriteStartArray("paths");
            foreach (var path in manifest.Paths)
            {
                json.WriteStringValue(path);
            }

            json.WriteEndArray();
            json.WriteString("algorithm", manifest.Algorithm.ToString().ToLowerInvariant());
            json.WriteNumber("files", manifest.Files);
            json.WriteNumber("bytes", manifest.Bytes);
            json.WriteString("digest", "blake3:" + manifest.Digest);
            json.WriteEndObject();
        }

        if (report.Verification is { } found)
        {
            json.WriteStartObject("verified");
            json.WriteNumber("files", found.Good);
            json.WriteNumber("bytes", found.Bytes);
            json.WriteNumber("unchanged", found.Trusted);
            json.WriteNumber("outside_sample", found.Left);
            json.WriteNumber("changed", found.Changed.Count);
            json.WriteNumber("repaired", found.Changed.Count(static file => file.IsRepaired) + found.Restored.Count);
            json.WriteNumber("missing", found.Missing.Count);
            json.WriteNumber("extra", found.Extra.Count);
            json.WriteEndObject();
        }
    }

    private static void WriteSkipped(Utf8JsonWriter json, MirrorOptions options, MirrorReport report)
    {
        json.WriteStartArray("skipped");
        foreach (var pattern in MirrorPatterns.Of(options))
        {
            json.WriteStartObject();
            json.WriteString("pattern", pattern);
            json.WriteString("why", options.Excludes.Contains(pattern) ? "excluded" : "macOS litter");
            json.WriteEndObject();
        }

        foreach (var problem in report.Problems.Where(static problem => problem.Kind == ProblemKind.Warning).Take(MaxProblems))
        {
            json.WriteStartObject();
            json.WriteString("path", problem.Path);
            json.WriteString("why", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteProblems(Utf8JsonWriter json, MirrorReport report)
    {
        json.WriteStartArray("failures");
        foreach (var problem in report.Problems.Concat(report.Verification?.Bag?.Problems ?? []).Where(static problem => problem.Kind != ProblemKind.Warning).Take(MaxProblems))
        {
            json.WriteStartObject();
            json.WriteString("path", problem.Path);
            json.WriteString("why", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
