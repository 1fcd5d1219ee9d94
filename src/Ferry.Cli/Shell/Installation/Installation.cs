using System.Text;
using Ferry.Cli.Commands.Outline;
using Ferry.Cli.Config;
using Ferry.Cli.Shell.Completion;
using Ferry.Cli.Shell.Manual;

namespace Ferry.Cli.Shell.Installation;

/// <summary>The program with its completions and manual pages, as files below a prefix.</summary>
internal sealed class Installation
{
    private const string DefaultPrefix = "~/.local";

    private readonly string _share;

    private Installation(string binaries, string share, IReadOnlyList<OwnFile> files) => (Binaries, _share, Files) = (binaries, share, files);

    /// <summary>The directory of the program.</summary>
    public string Binaries { get; }

    /// <summary>The directory of the completion for zsh.</summary>
    public string ZshFunctions => Path.Join(_share, "zsh/site-functions");

    /// <summary>The completion for bash.</summary>
    public string BashScript => Path.Join(_share, "bash-completion/completions/ferry");

    /// <summary>All that belongs to it.</summary>
    public IReadOnlyList<OwnFile> Files { get; }

    /// <summary>Says what an installation consists of; writes nothing.</summary>
    /// <param name="prefix">A directory; null for <c>~/.local</c>, with <c>XDG_DATA_HOME</c> for what is no program.</param>
    /// <param name="root">The commands.</param>
    /// <param name="environment">Knows the home directory and the running program.</param>
    /// <exception cref="ConfigException">The path of this program is not known.</exception>
    public static Installation Plan(string? prefix, CommandOutline root, IHostEnvironment environment)
    {
        var program = environment.ProcessPath ?? throw new ConfigException("the path of this program is not known", Output.ExitCodes.Failure);
        var directory = Absolute(prefix ?? DefaultPrefix, environment);
        var share = prefix is null && environment.Get("XDG_DATA_HOME") is { Length: > 0 } data && data.StartsWith('/') ? data : Path.Join(directory, "share");
        var binaries = Path.Join(directory, "bin");
        var target = Path.Join(binaries, "ferry");
        var called = ProgramToCall.PathOf(environment) is null || IsOnPath(binaries, environment) ? null : target;
        var files = new List<OwnFile> { new("program", target, File.ReadAllBytes(program), IsProgram: true) };
        var installation = new Installation(binaries, share, files);
        installation.AddCompletions(root, called);
        installation.AddManual(root);
        return installation;

        static string Absolute(string path, IHostEnvironment environment) =>
            Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? environment.Home + path[1..] : path);
    }

    /// <summary>Whether a shell looks for programs in a directory.</summary>
    public static bool IsOnPath(string directory, IHostEnvironment environment) => (environment.Get("PATH") ?? "").Split(':').Contains(directory);

    private void AddCompletions(CommandOutline root, string? program)
    {
        Add("bash completion", BashScript, Script(ShellKind.Bash));
        // Bash looks for a file with the name that was typed.
        foreach (var name in CompletionScript.OtherNames(ShellInit.DefaultFunction))
            Add("bash completion", Path.Join(Path.GetDirectoryName(BashScript), name), $"# {OwnFile.Mark}\n. \"${{BASH_SOURCE[0]%/*}}/ferry\"\n");
        Add("zsh completion", Path.Join(ZshFunctions, "_ferry"), Script(ShellKind.Zsh));
        Add("fish completion", Path.Join(_share, "fish/vendor_completions.d/ferry.fish"), Script(ShellKind.Fish));

        string Script(ShellKind shell) => CompletionScript.Text(shell, root, ShellInit.DefaultFunction, program);
    }

    private void AddManual(CommandOutline root)
    {
        var version = typeof(Installation).Assembly.GetName().Version?.ToString(3) ?? "";
        AddPages(root, null);

        void AddPages(CommandOutline command, CommandOutline? parent)
        {
            Add("manual", Path.Join(_share, "man/man1", ManualPage.FileName(command)), ManualPage.Text(command, parent, version));
            foreach (var child in command.Children)
                AddPages(child, command);
        }
    }

    private void Add(string kind, string path, string text) => ((List<OwnFile>)Files).Add(new OwnFile(kind, path, Encoding.UTF8.GetBytes(text)));
}
