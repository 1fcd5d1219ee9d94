using System.Text.Json;
using Ferry.Core.Verifying;
using Ferry.Workloads.Mirror;
using Ferry.Workloads.Mirror.Bags;

namespace Ferry.Cli.Output;

/// <summary>The report of <c>ferry mirror --json</c>: one object; sizes in bytes, times in seconds.</summary>
internal static class MirrorJson
{
    public static void Write(MirrorOptions options, MirrorReport report, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", "mirror");
            json.WriteString("source", options.Source);
            json.WriteString("target", options.Target);
            json.WriteString("outcome", Outcome(report.Outcome));
            json.WriteString("error", report.Error);
            json.WriteNumber("seconds", Seconds(report.Elapsed));
            WriteCopy(json, report.Copy);
            WriteManifest(json, report.Manifest);
            WriteVerification(json, report.Verification);
            ProblemJson.Write(json, report.Problems);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    private static string Outcome(MirrorOutcome outcome) => outcome switch
    {
        MirrorOutcome.Good => "good",
        MirrorOutcome.Differs => "differs",
        _ => "failed",
    };

    private static void WriteCopy(Utf8JsonWriter json, MirrorCopy? copy)
    {
        if (copy is null)
        {
            json.WriteNull("copy");
            return;
        }

        json.WriteStartObject("copy");
        json.WriteNumber("files", copy.Files);
        json.WriteNumber("bytes", copy.Bytes);
        json.WriteNumber("removed", copy.Removed);
        json.WriteNumber("planned_files", copy.Work.Files);
        json.WriteNumber("planned_bytes", copy.Work.Bytes);
        json.WriteNumber("read_only_files", copy.Work.Proofs);
        json.WriteNumber("seconds", Seconds(copy.Elapsed));
        json.WriteEndObject();
    }

    private static void WriteManifest(Utf8JsonWriter json, MirrorManifest? manifest)
    {
        if (manifest is null)
        {
            json.WriteNull("manifest");
            return;
        }

        json.WriteStartObject("manifest");
        json.WriteString("algorithm", manifest.Algorithm.ToString().ToLowerInvariant());
        json.WriteStartArray("paths");
        foreach (var path in manifest.Paths)
        {
            json.WriteStringValue(path);
        }

        json.WriteEndArray();
        json.WriteNumber("files", manifest.Files);
        json.WriteNumber("bytes", manifest.Bytes);
        json.WriteString("digest", "blake3:" + manifest.Digest);
        json.WriteNumber("hashed_files", manifest.HashedFiles);
        json.WriteNumber("hashed_bytes", manifest.HashedBytes);
        json.WriteNumber("seconds", Seconds(manifest.Elapsed));
        json.WriteEndObject();
    }

    private static void WriteVerification(Utf8JsonWriter json, MirrorVerification? found)
    {
        if (found is null)
        {
            json.WriteNull("verification");
            return;
        }

        json.WriteStartObject("verification");
        json.WriteString("manifest", found.Manifest);
        json.WriteString("host", found.Host);
        json.WriteString("wrong_receipt", found.WrongReceipt);
        json.WriteNumber("listed", found.Listed);
        json.WriteNumber("good", found.Good);
        json.WriteNumber("bytes", found.Bytes);
        json.WriteNumber("unchanged", found.Trusted);
        json.WriteNumber("outside_sample", found.Left);
        json.WriteNumber("restored", found.Restored.Count);
        json.WriteStartArray("changed");
        foreach (var file in found.Changed)
        {
            WriteWrong(json, file);
        }

        json.WriteEndArray();
        WritePaths(json, "missing", found.Missing);
        WritePaths(json, "extra", found.Extra);
        WriteDiffering(json, found.Comparison);
        WritePaths(json, "unreadable", found.Unread);
        WriteBag(json, found.Bag);
        json.WriteNumber("seconds", Seconds(found.Elapsed));
        json.WriteEndObject();
    }

    private static void WriteBag(Utf8JsonWriter json, MirrorBag? bag)
    {
        if (bag is null)
        {
            json.WriteNull("bag");
            return;
        }

        json.WriteStartObject("bag");
        json.WriteBoolean("valid_around_payload", bag.IsValid);
        ProblemJson.Write(json, bag.Problems);
        json.WriteEndObject();
    }

    private static void WriteDiffering(Utf8JsonWriter json, TreeComparisonReport? comparison)
    {
        json.WriteStartArray("other_metadata");
        foreach (var entry in comparison?.Differing.Items ?? [])
        {
            json.WriteStringValue(MirrorText.Describe(entry));
        }

        json.WriteEndArray();
    }

    private static void WriteWrong(Utf8JsonWriter json, WrongFile file)
    {
        json.WriteStartObject();
        json.WriteString("path", MirrorText.Path(file.Path));
        json.WriteBoolean("repaired", file.IsRepaired);
        json.WriteString("why", file.WhyNot);
        json.WriteStartArray("ranges");
        foreach (var (offset, length) in file.Ranges)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", offset);
            json.WriteNumber("length", length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePaths(Utf8JsonWriter json, string name, IReadOnlyList<byte[]> paths)
    {
        json.WriteStartArray(name);
        foreach (var path in paths)
        {
            json.WriteStringValue(MirrorText.Path(path));
        }

        json.WriteEndArray();
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
