using System.Text;

namespace Ferry.Cli.Output.Html;

/// <summary>Files that are part of the program: the page's style and script.</summary>
internal static class PageResource
{
    public static string Read(string name)
    {
        using var stream = typeof(PageResource).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <summary>The page's script. The page says all without it.</summary>
internal sealed class PageScript
{
    public string Text { get; } = PageResource.Read("page.js");
}
