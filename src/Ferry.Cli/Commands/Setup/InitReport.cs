using System.Globalization;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Commands;

/// <summary>What <c>ferry init</c> says.</summary>
internal sealed class InitReport(TextWriter output)
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    public void Scratch(string scratch) => output.WriteLine($"scratch: {Printable.Shorten(scratch)}\n");

    public void Cache(string name, string description, string source, bool enabled, long files, long bytes)
    {
        var mark = enabled ? "[x]" : "[ ]";
        var number = files.ToString("N0", CultureInfo.InvariantCulture);
        output.WriteLine($"{mark} {name,-24} {Size(bytes),9} {number,11} {(files == 1 ? "file " : "files")}  {description}");
        output.WriteLine($"    {Printable.Shorten(source)}");
    }

    public void NextSteps(string path, int caches, string program)
    {
        output.WriteLine($"\nwritten: {path}");
        if (caches == 0)
            output.WriteLine("no caches were found; add them under 'caches' in that file");
        else
            output.WriteLine($"next: eval \"$({program} sync)\"    # stage the caches and point this shell at them");
    }

    private static string Size(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (value >= 999.5 && unit < Units.Length - 1)
            (value, unit) = (value / 1000, unit + 1);
        return value.ToString(unit == 0 || value >= 99.5 ? "F0" : "F1", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
