namespace Ferry.Workloads.Caches.Discovery;

/// <summary>The caches that Ferry knows of. Default locations are those that each tool documents.</summary>
public static class CachePresets
{
    private const string HuggingFaceToken = "your access token; a job that needs it gets it by HF_TOKEN_PATH or HF_TOKEN";

    /// <summary>All presets; where two are the same directory the earlier one is preferred.</summary>
    public static IReadOnlyList<CachePreset> All { get; } =
    [
        new("HF_HOME", "Hugging Face: models, datasets, tokens", p => [p.HuggingFace])
        {
            Credentials = ["/token", "/stored_tokens"], CredentialsNote = HuggingFaceToken,
        },
        new("HF_HUB_CACHE", "Hugging Face hub: downloaded repositories", p => [p.HuggingFace + "/hub"]),
        new("HF_DATASETS_CACHE", "Hugging Face datasets: prepared tables", p => [p.HuggingFace + "/datasets"]),
        new("TRANSFORMERS_CACHE", "Transformers before 4.22: models", p => [p.HuggingFace + "/transformers"]),
        new("TORCH_HOME", "PyTorch hub: models and checkpoints", p => [p.Cache + "/torch"]),
        new("TRITON_CACHE_DIR", "Triton: compiled kernels", p => [(p.Directory("TRITON_HOME") ?? p.Home) + "/.triton/cache"]),
        new("TORCHINDUCTOR_CACHE_DIR", "PyTorch Inductor: compiled graphs", p => [$"{p.Temporary}/torchinductor_{p.UserName}"]),
        new("PIP_CACHE_DIR", "pip: wheels and downloads", p => [p.Cache + "/pip"]),
        new("UV_CACHE_DIR", "uv: wheels and downloads", p => [p.Cache + "/uv"]),
        new("CONDA_PKGS_DIRS", "conda and mamba: unpacked packages", CondaPackages, ','),
        new("XDG_CACHE_HOME", "every tool's cache below ~/.cache", p => [p.Home + "/.cache"])
        {
            Credentials = ["/huggingface/token", "/huggingface/stored_tokens"], CredentialsNote = HuggingFaceToken,
        },
        new("NUGET_PACKAGES", "NuGet: unpacked packages", p => [p.Home + "/.nuget/packages"]),
        new("npm_config_cache", "npm: package tarballs", p => [p.Home + "/.npm"]),
        new("NLTK_DATA", "NLTK: corpora and models", p => [p.Home + "/nltk_data"], ':'),
        new("KERAS_HOME", "Keras: models and data sets", p => [p.Home + "/.keras"]),
        new("JULIA_DEPOT_PATH", "Julia: packages and compiled code", p => [p.Home + "/.julia"], ':')
        {
            Credentials = ["/servers/*/auth.toml"], CredentialsNote = "tokens of package servers",
        },
        new("OLLAMA_MODELS", "Ollama: models", p => [p.Home + "/.ollama/models"]),
        new("VLLM_CACHE_ROOT", "vLLM: compiled graphs and assets", p => [p.Cache + "/vllm"]),
        new("APPTAINER_CACHEDIR", "Apptainer: layers and pulled images", p => [p.Home + "/.apptainer/cache"]),
        new("NXF_SINGULARITY_CACHEDIR", "Nextflow: container images", NextflowImages),
        new("WANDB_CACHE_DIR", "Weights & Biases: artifacts", p => [p.Cache + "/wandb"]),
        new("R_LIBS_USER", "R: the user's packages", RLibraries, ':'),
        new("CARGO_HOME", "Cargo: registry and crates", p => [p.Home + "/.cargo"])
        {
            Credentials = ["/credentials", "/credentials.toml"], CredentialsNote = "tokens of registries; only 'cargo publish' needs them",
        },
        new("GOMODCACHE", "Go: module downloads", p => [(p.FirstOf("GOPATH", ':') ?? p.Home + "/go") + "/pkg/mod"]),
    ];

    /// <summary>The preset of a variable, or null.</summary>
    public static CachePreset? Find(string variable)
    {
        foreach (var preset in All)
        {
            if (preset.Variable == variable)
                return preset;
        }
        return null;
    }

    /// <summary>
    /// The presets whose directory exists. A variable that is set decides alone: if it names no directory the preset is not found,
    /// because the tool would not use its default location either.
    /// </summary>
    /// <param name="places">Where to look.</param>
    /// <param name="isDirectory">Whether an absolute path is a directory.</param>
    public static IReadOnlyList<FoundCache> FoundOn(PresetPlaces places, Func<string, bool> isDirectory)
    {
        var found = new List<FoundCache>();
        foreach (var preset in All)
        {
            var own = places.FirstOf(preset.Variable, preset.ListSeparator);
            foreach (var location in own is null ? preset.DefaultLocations(places) : [own])
            {
                if (!isDirectory(location))
                    continue;
                found.Add(new FoundCache(preset, location));
                break;
            }
        }
        return found;
    }

    // conda keeps packages in the installation; only when that is read-only does it use ~/.conda/pkgs.
    private static List<string> CondaPackages(PresetPlaces p)
    {
        var places = new List<string>();
        if (p.Directory("CONDA_EXE") is { } exe && Path.GetDirectoryName(Path.GetDirectoryName(exe)) is { } installation)
            places.Add(installation + "/pkgs");
        if (p.Directory("MAMBA_ROOT_PREFIX") is { } mamba)
            places.Add(mamba + "/pkgs");
        foreach (var name in (ReadOnlySpan<string>)["miniforge3", "mambaforge", "miniconda3", "anaconda3", "micromamba"])
            places.Add($"{p.Home}/{name}/pkgs");
        places.Add(p.Home + "/.conda/pkgs");
        return places;
    }

    // Without the variable Nextflow uses the working directory of each run, which is nobody's cache.
    private static List<string> NextflowImages(PresetPlaces p) =>
        p.Directory("NXF_WORK") is { } work ? [work + "/singularity"] : [];

    private static List<string> RLibraries(PresetPlaces p)
    {
        var places = new List<string>();
        for (var minor = 9; minor >= 0; minor--)
            places.Add($"{p.Home}/R/x86_64-pc-linux-gnu-library/4.{minor}");
        return places;
    }
}
