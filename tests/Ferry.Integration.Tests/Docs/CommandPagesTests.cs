using Ferry.Testing;

namespace Ferry.Integration.Tests.Docs;

/// <summary>docs/cli holds what the program says of itself. eng/write-cli-docs.sh runs these tests to write it.</summary>
public sealed class CommandPagesTests
{
    private const string Folder = "docs/cli";

    [RequiresFact("ferry")]
    public void Each_command_has_a_page_that_is_its_help()
    {
        if (Environment.GetEnvironmentVariable("FERRY_WRITE_DOCS") == "1") WritePages();
        foreach (var command in CommandHelp.All.Keys)
        {
            var page = Repository.File(Folder, FileName(command));
            Assert.True(File.Exists(page), $"{page} is missing: run eng/write-cli-docs.sh");
            Assert.True(File.ReadAllText(page) == Page(command), $"{page} differs from '{command} --help': run eng/write-cli-docs.sh");
        }
    }

    [RequiresFact("ferry")]
    public void No_page_is_of_a_command_that_is_gone() => Assert.Equal(
        CommandHelp.All.Keys.Select(FileName).Order(), Directory.GetFiles(Repository.File(Folder)).Select(Path.GetFileName).Order());

    [RequiresFact("ferry")]
    public void Each_command_shows_an_example_and_its_exit_codes() => Assert.All(CommandHelp.All.Where(help => help.Key != "ferry"), help =>
    {
        Assert.NotEmpty(CommandHelp.Listed(help.Value, "Examples:"));
        Assert.Single(CommandHelp.Listed(help.Value, "Exit codes:"));
    });

    private static string FileName(string command) => command.Replace(' ', '-') + ".md";

    private static string Page(string command)
    {
        var children = CommandHelp.Children(CommandHelp.All[command]).Select(child => $"{command} {child}").ToArray();
        var links = string.Concat(children.Select(child => $"- [{child}]({FileName(child)})\n"));
        return $"# {command}\n\n```text\n{CommandHelp.All[command]}\n```\n{(links.Length > 0 ? "\n" + links : "")}";
    }

    private static void WritePages()
    {
        Directory.CreateDirectory(Repository.File(Folder));
        foreach (var page in Directory.GetFiles(Repository.File(Folder))) File.Delete(page);
        foreach (var command in CommandHelp.All.Keys) File.WriteAllText(Repository.File(Folder, FileName(command)), Page(command));
    }
}
