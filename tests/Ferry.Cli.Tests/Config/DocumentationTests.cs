using System.Runtime.CompilerServices;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Config;

namespace Ferry.Cli.Tests.Config;

public sealed class DocumentationTests
{
    private static readonly string Text = File.ReadAllText(Path.Join(Path.GetDirectoryName(ThisFile()), "../../../docs/configuration.md"));

    [Fact]
    public void Every_setting_is_documented_with_all_its_names()
    {
        foreach (var name in SettingName.All)
        {
            var row = Text.Split('\n').First(l => l.StartsWith($"| `{name.Key}` |", StringComparison.Ordinal));
            Assert.Contains($"`{name.Environment}`", row, StringComparison.Ordinal);
            Assert.Contains($"`{name.Flag}`", row, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_example_is_a_valid_file_that_shows_the_defaults()
    {
        var example = Text.Split("```yaml\n")[1].Split("```")[0];
        var layer = FerryFileReader.Read("example", example, ConfigLevel.User);
        var shown = new FerryConfig([layer], [], []).ToTransferOptions();
        var defaults = new FerryConfig([], [], []).ToTransferOptions();
        Assert.Equal(defaults with { RsyncExtraArgs = shown.RsyncExtraArgs }, shown);
        Assert.Equal(new Workloads.Caches.TransferOptions() with { RsyncExtraArgs = defaults.RsyncExtraArgs }, defaults);
        Assert.Equal(3, layer.Caches!.Count);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
