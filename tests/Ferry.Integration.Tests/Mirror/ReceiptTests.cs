using System.Text.Json;
using System.Text.RegularExpressions;
using Ferry.Integration.Tests.Docs;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>Receipts are as docs/formats/receipt.md has them.</summary>
public sealed partial class ReceiptTests : IDisposable
{
    private const string Page = "docs/formats/receipt.md";

    private readonly FerryUser _user = new();

    private TempTree Tree => _user.Tree;

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void A_receipt_has_the_fields_that_its_page_names_and_no_others()
    {
        Tree.MakeDirectory("src");
        Tree.Fifo("src/pipe");
        Tree.Write("src/file", "content");
        Mirror(0, "--receipt", Tree["good"], Tree["src"], Tree["dst"]);
        Tree.Write("dst/manifest-md5.txt");
        Tree.Write("dst/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
        Tree.MakeDirectory("dst/data");
        Mirror(1, "--step", "verify", "--bagit", "--receipt", Tree["differs"], Tree["dst"]);

        var named = Rows().Matches(Markdown.Read(Page)).SelectMany(row => Field().Matches(row.Value).Select(static field => field.Groups[1].Value)).ToHashSet();
        var written = new HashSet<string>();
        foreach (var file in (string[])["good", "differs"])
        {
            using var receipt = JsonDocument.Parse(Tree.Read(file));
            Collect(receipt.RootElement, "", written);
        }

        Assert.Equal(named.Order(), written.Order());
        using var example = JsonDocument.Parse(Example().Match(Markdown.Read(Page)).Groups[1].Value);
        var shown = new HashSet<string>();
        Collect(example.RootElement, "", shown);
        Assert.Equal(named.Where(static name => !name.StartsWith("failures.", StringComparison.Ordinal)).Order(), shown.Order());
    }

    [RequiresFact("ferry", "b3sum")]
    public void The_seal_is_what_other_tools_compute_by_the_line_of_the_page()
    {
        Tree.Write("src/file", "content");
        Mirror(0, "--receipt", Tree["receipt.json"], Tree["src"], Tree["dst"]);
        var line = Assert.Single(Markdown.ShellLines(Markdown.Read(Page)), static text => text.Contains("b3sum", StringComparison.Ordinal));
        var digest = Tool.Bash($"cd \"$1\" && {line}", Tree.Path).OrThrow().Text.Split(' ')[0];
        using var receipt = JsonDocument.Parse(Tree.Read("receipt.json"));
        Assert.Equal($"blake3:{digest}", receipt.RootElement.GetProperty("seal").GetString());
    }

    [RequiresFact("ferry")]
    public void Every_changed_byte_of_a_receipt_is_found()
    {
        Tree.Write("src/file", "content");
        Mirror(0, "--receipt", Tree["receipt"], Tree["src"], Tree["dst"]);
        Mirror(0, "--step", "verify", "--check-receipt", Tree["receipt"], Tree["dst"]);
        var good = Tree.Read("receipt");
        foreach (var position in Enumerable.Range(0, 12).Select(i => i * (good.Length - 1) / 11))
        {
            var changed = (byte[])good.Clone();
            changed[position] ^= 1;
            Tree.Write("receipt", changed);
            Assert.Contains("its seal does not fit", Mirror(1, "--step", "verify", "--check-receipt", Tree["receipt"], Tree["dst"]).Stderr, StringComparison.Ordinal);
        }
    }

    private ToolResult Mirror(int exitCode, params string[] args)
    {
        var result = _user.Run(["mirror", .. args]);
        Assert.True(result.ExitCode == exitCode, result.ToString());
        return result;
    }

    private static void Collect(JsonElement element, string prefix, HashSet<string> names)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Collect(item, prefix, names);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                names.Add(prefix + member.Name);
                Collect(member.Value, $"{prefix}{member.Name}.", names);
            }
        }
    }

    [GeneratedRegex(@"^\| (`[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex Field();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
