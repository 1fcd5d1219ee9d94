using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary>The file of the older tool, euler-files, as its documentation prints it, drives a sync unchanged.</summary>
public sealed class OlderConfigurationTests : IDisposable
{
    private const string Printed = """
        {
          "version": 1,
          "scratch_base": "$SCRATCH",
          "cache_root": ".cache/euler-files",
          "vars": {
            "HF_HOME": { "source": "/cluster/home/jdoe/.cache/huggingface", "enabled": true },
            "TORCH_HOME": { "source": "/cluster/home/jdoe/.cache/torch", "enabled": true },
            "PIP_CACHE_DIR": { "source": "/cluster/home/jdoe/.cache/pip", "enabled": false }
          },
          "rsync_extra_args": [],
          "parallel_jobs": 4,
          "lock_timeout_seconds": 300,
          "skip_if_fresh_seconds": 3600,
          "apptainer": {
            "venv_base": "/cluster/home/jdoe/venvs",
            "sif_store": "/cluster/home/jdoe/.apptainer/sif",
            "scratch_sif_dir": "$SCRATCH/.cache/euler-files/sif",
            "base_image": "python:{version}-slim",
            "container_venv_path": "/opt/venv",
            "build_args": ["--fakeroot"],
            "images": {
              "my-ml-env": {
                "venv_name": "my-ml-env",
                "python_version": "3.11.5",
                "sif_filename": "my-ml-env.sif",
                "built_at": 1700000000.0,
                "enabled": true
              }
            }
          },
          "migrations": [
            {
              "old_path": "/cluster/home/jdoe/.cache/huggingface",
              "new_path": "/cluster/project/ml-data/huggingface",
              "migrated_at": 1700000000.0,
              "field_name": "source",
              "var_name": "HF_HOME"
            }
          ]
        }
        """;

    private readonly FerryUser _user = new();

    public OlderConfigurationTests()
    {
        _user.Tree.Write("home/.euler-files.json", Printed.Replace("/cluster/home/jdoe", _user.Home, StringComparison.Ordinal));
        _user.Env["SCRATCH"] = _user.Scratch;
        foreach (var name in new[] { "huggingface", "torch", "pip" }) _user.Tree.Write($"home/.cache/{name}/file", name);
    }

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry", "rsync")]
    public void Enabled_variables_are_staged_where_the_older_tool_staged_them()
    {
        var result = _user.Run("sync").OrThrow();
        var root = _user.Scratch + "/.cache/euler-files";
        Assert.Equal($"export HF_HOME={root}/HF_HOME\nexport TORCH_HOME={root}/TORCH_HOME\n", result.Text);
        Assert.Empty(RsyncOracle.Differences(_user.Home + "/.cache/huggingface", root + "/HF_HOME"));
        Assert.False(Directory.Exists(root + "/PIP_CACHE_DIR"));

        using var marker = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(root + "/.HF_HOME.synced"));
        Assert.Equal("HF_HOME", marker.RootElement.GetProperty("var_name").GetString());
        Assert.Equal(_user.Home + "/.cache/huggingface", marker.RootElement.GetProperty("source").GetString());
        Assert.True(marker.RootElement.GetProperty("synced_at").GetDouble() > 1.7e9);
        Assert.True(marker.RootElement.GetProperty("source_mtime").GetDouble() > 0);
        Assert.Contains("fresh", _user.Run("sync").OrThrow().Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void A_disabled_variable_is_staged_when_it_is_named()
    {
        var result = _user.Run("sync", "--var", "PIP_CACHE_DIR").OrThrow();
        Assert.Equal($"export PIP_CACHE_DIR={_user.Scratch}/.cache/euler-files/PIP_CACHE_DIR\n", result.Text);
    }

    [RequiresFact("ferry")]
    public void The_older_tools_own_marker_does_not_vouch_for_a_tree_without_manifest()
    {
        var root = _user.Scratch + "/.cache/euler-files";
        _user.Tree.MakeDirectory("scratch/.cache/euler-files/HF_HOME");
        _user.Tree.Chmod("scratch/.cache", "700");
        _user.Tree.Chmod("scratch/.cache/euler-files", "700");
        File.WriteAllText(root + "/.HF_HOME.synced",
            $$"""{"synced_at": {{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}}.5, "source_mtime": 9999999999.0, "var_name": "HF_HOME", "source": "{{_user.Home}}/.cache/huggingface"}""");
        _user.Run("sync").OrThrow();
        Assert.Equal("huggingface", File.ReadAllText(root + "/HF_HOME/file"));
    }

    [RequiresFact("ferry")]
    public void Ferrys_own_configuration_comes_before_it()
    {
        _user.ConfigureCaches([("OTHER", _user.Tree.MakeDirectory("other"))]);
        Assert.Equal($"export OTHER={_user.Scratch}/.cache/ferry/OTHER\n", _user.Run("sync").OrThrow().Text);
    }

    [RequiresTheory("ferry")]
    [InlineData("{\"version\": 2}", ".euler-files.json:1:13:", "version must be 1")]
    [InlineData("{\"version\": 1,}", ".euler-files.json:")]
    [InlineData("{\"version\": 1, \"vars\": {\"HF HOME\": {\"source\": \"/x\"}}}", ".euler-files.json:", "not the name of an environment variable")]
    [InlineData("{\"version\": 1, \"var\": {}}", ".euler-files.json:1:16:", "unknown key 'var'", "'vars'")]
    [InlineData("", ".euler-files.json:")]
    public void A_mistake_in_it_is_named_with_its_place(string json, params string[] words)
    {
        _user.Tree.Write("home/.euler-files.json", json);
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, words);
    }
}
