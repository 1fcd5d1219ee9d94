using System.CommandLine;
using System.Text;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;
using Ferry.Cli.Output;
using Ferry.Core.Linux;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf init</c>: a configuration to fill in.</summary>
internal static class HubInitCommand
{
    // The older tool's form and values: teams use both tools with one file.
    private const string Template = """
        storage:
          endpoint: https://s3.us-west-000.backblazeb2.com
          bucket: my-hf-cache
          region: us-west-000
          access_key: ""   # better in the environment: B2_APPLICATION_KEY_ID
          secret_key: ""   # better in the environment: B2_APPLICATION_KEY

        cache:
          max_local_gb: 50
          sync_xet: false

        team:
          prefix: ""
          allow_gated: false

        """;

    public static Command Create(CommandContext context, HubOptions options)
    {
        var command = new DocumentedCommand("init", $"Make {HubConfigLoader.OlderName} in the working directory, to be filled in.")
        {
            Examples = ["ferry hf init"],
            ExitCodes = "0 it is there; 1 it could not be written; 2 wrong usage",
        };
        command.SetAction(parsed => Run(options.Read(parsed), context));
        return command;
    }

    internal static int Run(HubChoice choice, CommandContext context)
    {
        var directory = context.Environment.WorkingDirectory ?? throw new ConfigException("the working directory is gone; change to another");
        var path = Path.Join(directory, HubConfigLoader.OlderName);
        using var session = new HubSession(context, choice);
        // Also a link that leads nowhere is in the way.
        if (File.Exists(path) || context.Files.Facts(path) is not null || new FileInfo(path).LinkTarget is not null)
        {
            session.Tell($"{path} already exists; it was left as it is");
            return ExitCodes.Ok;
        }

        // Keys may come into it: nobody else reads it.
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(Template));
        session.Note($"created {path}; put your bucket into it, then run 'ferry hf doctor'");
        if (IsInGit(directory, context.Files) && !IsIgnored(directory))
        {
            session.Note($"keep it out of git, if you put keys into it: echo {HubConfigLoader.OlderName} >> .gitignore");
        }

        return ExitCodes.Ok;
    }

    private static bool IsInGit(string directory, IHostFiles files)
    {
        for (var at = directory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (files.Facts(Path.Join(at, ".git")) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIgnored(string directory) => ConfigText.TryReadAll(Path.Join(directory, ".gitignore")) is { } text
        && text.Split('\n').Any(static line => line.Trim().TrimStart('/') == HubConfigLoader.OlderName);
}
