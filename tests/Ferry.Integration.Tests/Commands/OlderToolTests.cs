using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary>The older tool's command lines, as its own documentation prints them, with the alias that takes its place.</summary>
public sealed class OlderToolTests : IDisposable
{
    private readonly FerryUser _user = new();

    public OlderToolTests()
    {
        _user.Tree.MakeDirectory("bin");
        _user.Tree.Symlink("bin/ferry", FerryBinary.Path);
        _user.Tree.Write("home/.cache/huggingface/hub/model", "weights");
        _user.Tree.Write("home/.cache/torch/checkpoint", "more weights");
        _user.Tree.Write("home/.euler-files.json", $$"""
            {
              "version": 1, "scratch_base": "$SCRATCH", "cache_root": ".cache/euler-files",
              "vars": {
                "HF_HOME": { "source": "{{_user.Home}}/.cache/huggingface", "enabled": true },
                "TORCH_HOME": { "source": "{{_user.Home}}/.cache/torch", "enabled": true }
              },
              "rsync_extra_args": [], "parallel_jobs": 4, "lock_timeout_seconds": 300, "skip_if_fresh_seconds": 3600
            }
            """);
    }

    public void Dispose() => _user.Dispose();

    public static TheoryData<string> All => ["bash", "zsh", "fish"];

    [RequiresTheory("ferry", "bash", "zsh", "fish")]
    [MemberData(nameof(All))]
    public void Quick_start(string shell)
    {
        var eval = shell == "fish" ? "eval (euler-files sync)" : "eval \"$(euler-files sync)\"";
        var after = After(shell, $"{eval}\neuler-files status >status\n");
        Assert.Equal($"{_user.Scratch}/.cache/euler-files/HF_HOME", after["HF_HOME"]);
        Assert.Equal($"{_user.Scratch}/.cache/euler-files/TORCH_HOME", after["TORCH_HOME"]);
        Assert.Equal("weights", File.ReadAllText(after["HF_HOME"] + "/hub/model"));
        Assert.Matches(@"HF_HOME .* fresh ", _user.Tree.ReadText("home/status"));
    }

    [RequiresTheory("ferry", "bash", "zsh", "fish")]
    [MemberData(nameof(All))]
    public void Daily_use(string shell)
    {
        var init = shell == "fish" ? "eval (euler-files shell-init --shell fish)" : "eval \"$(euler-files shell-init)\"";
        var after = After(shell, $"""
            {init}
            ef
            ef status >status
            echo of a job > $HF_HOME/hub/result
            ef push
            ef sync --force
            """);
        Assert.Equal($"{_user.Scratch}/.cache/euler-files/HF_HOME", after["HF_HOME"]);
        Assert.Contains("TORCH_HOME", _user.Tree.ReadText("home/status"), StringComparison.Ordinal);
        Assert.Equal("of a job\n", _user.Tree.ReadText("home/.cache/huggingface/hub/result"));
    }

    [RequiresTheory("ferry", "bash", "zsh", "fish")]
    [MemberData(nameof(All))]
    public void Options_of_each_command(string shell)
    {
        var after = After(shell, """
            euler-files sync --dry-run --force --var HF_HOME --verbose >dry
            euler-files sync --var HF_HOME --var TORCH_HOME >exports
            touch .cache/torch/new
            euler-files sync --force --verbose >forced
            echo of a job >$SCRATCH/.cache/euler-files/HF_HOME/result
            euler-files push --var HF_HOME --dry-run
            test ! -e .cache/huggingface/result && echo kept >dry-push
            euler-files push --var HF_HOME
            euler-files shell-init --shell bash >function.bash
            euler-files shell-init --shell zsh >function.zsh
            euler-files shell-init --shell fish >function.fish
            """);
        Assert.False(after.ContainsKey("HF_HOME"));
        Assert.Equal("", _user.Tree.ReadText("home/dry"));
        Assert.Equal(2, File.ReadAllLines(_user.Tree["home/exports"]).Length);
        Assert.Equal(_user.Tree.ReadText("home/exports"), _user.Tree.ReadText("home/forced"));
        Assert.True(_user.Tree.Exists("scratch/.cache/euler-files/TORCH_HOME/new"));
        Assert.Equal("kept\n", _user.Tree.ReadText("home/dry-push"));
        Assert.Equal("of a job\n", _user.Tree.ReadText("home/.cache/huggingface/result"));
        Assert.All((string[])["bash", "zsh", "fish"], name => Assert.StartsWith(
            name == "fish" ? "function ef" : "unalias ef", _user.Tree.ReadText($"home/function.{name}"), StringComparison.Ordinal));
    }

    [RequiresTheory("ferry", "bash", "zsh", "fish")]
    [MemberData(nameof(All))]
    public void Migration(string shell)
    {
        After(shell, """
            euler-files migrate HF_HOME --to $HOME/moved --dry-run
            test ! -e moved && echo nothing >dry-migrate
            euler-files migrate HF_HOME --to $HOME/moved --no-delete
            euler-files migrate TORCH_HOME --to $HOME/torch --yes
            euler-files sync >exports
            """);
        Assert.Equal("nothing\n", _user.Tree.ReadText("home/dry-migrate"));
        Assert.Equal("weights", _user.Tree.ReadText("home/moved/hub/model"));
        Assert.True(_user.Tree.Exists("home/.cache/huggingface/hub/model"));
        Assert.Equal("more weights", _user.Tree.ReadText("home/torch/checkpoint"));
        Assert.False(_user.Tree.Exists("home/.cache/torch"));
        Assert.Contains($"\"{_user.Home}/torch\"", _user.Tree.ReadText("home/.euler-files.json"), StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(_user.Tree["home/exports"]).Length);
    }

    [RequiresFact("ferry", "bash")]
    public void A_job_script()
    {
        var script = _user.Tree.Write("home/job", """
            #!/bin/bash
            #SBATCH --job-name=training
            #SBATCH --gpus=1
            shopt -s expand_aliases
            alias euler-files=ferry

            eval "$(euler-files sync)"

            cat "$HF_HOME/hub/model" >trained
            echo new >"$HF_HOME/hub/download"

            euler-files push
            """);
        Tool.Run("bash", [script], new ToolOptions { CleanEnv = true, Env = Env, Cwd = _user.Home }).OrThrow();
        Assert.Equal("weights", _user.Tree.ReadText("home/trained"));
        Assert.Equal("new\n", _user.Tree.ReadText("home/.cache/huggingface/hub/download"));
    }

    [RequiresTheory("ferry", "bash", "zsh", "fish")]
    [MemberData(nameof(All))]
    public void Exit_codes(string shell)
    {
        var code = shell == "fish" ? "echo $status >>codes" : "echo $? >>codes";
        After(shell, $"euler-files sync >exports\n{code}\nrm -r .cache/torch\neuler-files sync --force >exports\n{code}\n"
            + $"rm .euler-files.json\neuler-files sync >exports\n{code}\n");
        Assert.Equal(["0", "1", "2"], File.ReadAllLines(_user.Tree["home/codes"]));
    }

    private Dictionary<string, string?> Env => new()
    {
        ["HOME"] = _user.Home, ["SCRATCH"] = _user.Scratch, ["PATH"] = $"{_user.Tree["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
    };

    /// <summary>Runs lines in a shell that knows the alias; returns its exported variables.</summary>
    private Dictionary<string, string> After(string shell, string script)
    {
        var alias = (shell == "bash" ? "shopt -s expand_aliases\n" : "") + "alias euler-files=ferry\n";
        return Shells.EnvironmentAfter(shell, alias + script, Env, _user.Home).ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(pair.Value));
    }
}
