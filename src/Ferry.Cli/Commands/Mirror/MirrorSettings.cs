using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Core.Hashing;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror;
using Ferry.Workloads.Mirror.Bags;

namespace Ferry.Cli.Commands;

/// <summary>The options of <c>ferry mirror</c>: names, words and ranges.</summary>
internal sealed class MirrorSettings(IHostEnvironment environment)
{
    private const int MaxJobs = 1024;

    private static readonly Dictionary<string, MirrorStep> s_steps = new(StringComparer.Ordinal)
    {
        ["all"] = MirrorStep.All, ["make-manifest"] = MirrorStep.MakeManifest, ["copy"] = MirrorStep.Copy, ["verify"] = MirrorStep.Verify,
    };

    private static readonly Dictionary<string, MirrorEngine> s_engines = new(StringComparer.Ordinal)
    {
        ["native"] = MirrorEngine.Native, ["rsync"] = MirrorEngine.Rsync,
    };

    private static readonly Dictionary<string, DigestAlgorithm?> s_algorithms = new(StringComparer.Ordinal)
    {
        ["auto"] = null, ["blake3"] = DigestAlgorithm.Blake3, ["sha256"] = DigestAlgorithm.Sha256,
    };

    private readonly Option<string?> _step = new("--step") { Description = "all (default), make-manifest, copy or verify", HelpName = "STEP" };
    private readonly Option<string?> _engine = new("--engine") { Description = "what copies: native (default), or rsync, which always does when an end is host:/path", HelpName = "ENGINE" };
    private readonly Option<string?> _algorithm = new("--algo") { Description = "auto (default: blake3, or what the manifest is), blake3 or sha256", HelpName = "ALGO" };
    private readonly Option<string?> _jobs = new("--jobs") { Description = "files in flight, or auto (default): one in order on disks that turn, else what is fastest", HelpName = "N" };
    private readonly Option<string?> _threads = new("--blake3-threads") { Description = "threads that hash one file; 0 (default) for as many as help", HelpName = "N" };
    private readonly Option<string?> _manifest = new("--manifest") { Description = "the manifest's path (default: BLAKE3SUMS or SHA256SUMS in the trees), or - for a pipe", HelpName = "PATH" };
    private readonly Option<bool> _bag = new("--bagit") { Description = "make DST a BagIt 1.0 bag with the copy in its data/, or verify one" };
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "show what would be copied, and write nothing" };
    private readonly Option<bool> _external = new("--prefer-external-b3") { Description = "verify and make manifests with b3sum, if it is installed" };
    private readonly Option<bool> _includeAll = new("--include-all") { Description = "take what macOS leaves everywhere too: .DS_Store, ._*" };
    private readonly Option<string[]> _excludes = new("--exclude") { Description = "leave out names that match, in gitignore syntax; may be repeated", HelpName = "PATTERN" };
    private readonly Option<string[]> _includes = new("--include") { Description = "take names that match although they are excluded", HelpName = "PATTERN" };
    private readonly Option<bool> _delete = new("--delete") { Description = "remove from DST what SRC does not have" };
    private readonly Option<bool> _repair = new("--repair") { Description = "make right what verification finds: rewrite wrong ranges, bring missing files" };
    private readonly Option<bool> _onlyNew = new("--only-new") { Description = "verify only what changed since it was found right" };
    private readonly Option<string?> _sample = new("--sample") { Description = "verify only the n-th of t parts: 1/7 today, 2/7 tomorrow, and so on", HelpName = "N/T" };
    private readonly Option<bool> _strict = new("--strict") { Description = "extra files and other metadata than the source's are a mismatch too" };
    private readonly Option<string?> _receipt = new("--receipt") { Description = "write what was done to this file, as sealed JSON", HelpName = "FILE" };
    private readonly Option<string?> _checkReceipt = new("--check-receipt") { Description = "when verifying, compare the manifest with this receipt too", HelpName = "FILE" };
    private readonly Option<bool> _rehash = new("--rehash") { Description = "hash also what is unchanged since its digest was recorded" };
    private readonly Option<string?> _bandwidth = new("--bandwidth-limit") { Description = "most bytes read per second, such as 200MB; 0 for no limit", HelpName = "SIZE" };
    private readonly Option<string?> _ionice = new("--ionice") { Description = "idle: give way to everybody else who uses the disks", HelpName = "CLASS" };
    private readonly Option<string?> _maxErrors = new("--max-errors") { Description = "stop after more than this many files failed", HelpName = "N" };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "do not ask before --delete" };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "name every file that is reported" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "only what is wrong" };
    private readonly Option<bool> _json = new("--json") { Description = "print a JSON report" };

    /// <summary>What the command line says.</summary>
    internal sealed record Choice(MirrorOptions Options)
    {
        public bool IsConfirmed { get; init; }

        public bool IsVerbose { get; init; }

        public bool IsQuiet { get; init; }

        public bool IsJson { get; init; }
    }

    /// <summary>Adds them to the command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[
            _step, _engine, _algorithm, _jobs, _threads, _manifest, _bag, _dryRun, _external, _includeAll, _excludes, _includes, _delete, _repair, _onlyNew, _sample,
            _strict, _receipt, _checkReceipt, _rehash, _bandwidth, _ionice, _maxErrors, _yes, _verbose, _quiet, _json])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads the line.</summary>
    /// <exception cref="ConfigException">A value is wrong, or values do not fit together.</exception>
    public Choice Read(ParseResult parsed, string source, string? target)
    {
        var options = new MirrorOptions
        {
            Source = source,
            Target = target,
            Step = Word(parsed.GetValue(_step) ?? "all", "--step", s_steps),
            Engine = Word(parsed.GetValue(_engine) ?? "native", "--engine", s_engines),
            Algorithm = Word(parsed.GetValue(_algorithm) ?? "auto", "--algo", s_algorithms),
            Jobs = ReadJobs(parsed.GetValue(_jobs)),
            ThreadsPerFile = ReadThreads(parsed.GetValue(_threads)),
            Manifest = parsed.GetValue(_manifest),
            IsBag = parsed.GetValue(_bag),
            DryRun = parsed.GetValue(_dryRun),
            PrefersB3sum = parsed.GetValue(_external),
            IncludeAll = parsed.GetValue(_includeAll),
            Excludes = Patterns(parsed),
            Delete = parsed.GetValue(_delete),
            Repair = parsed.GetValue(_repair),
            OnlyNew = parsed.GetValue(_onlyNew),
            Sample = SampleText.Read(parsed.GetValue(_sample)),
            IsStrict = parsed.GetValue(_strict),
            Receipt = parsed.GetValue(_receipt),
            CheckedReceipt = parsed.GetValue(_checkReceipt),
            Rehash = parsed.GetValue(_rehash),
            BandwidthBytesPerSecond = ReadBandwidth(parsed.GetValue(_bandwidth)),
            IsIdle = ReadIdle(parsed.GetValue(_ionice)),
            MaxErrors = parsed.GetValue(_maxErrors) is { } most ? ReadNumber(most, "--max-errors", 0, int.MaxValue) : null,
        };
        Check(options, parsed.GetValue(_json));
        return new Choice(options)
        {
            IsConfirmed = parsed.GetValue(_yes),
            IsVerbose = parsed.GetValue(_verbose),
            IsQuiet = parsed.GetValue(_quiet),
            IsJson = parsed.GetValue(_json),
        };
    }

    private static void Check(MirrorOptions options, bool isJson)
    {
        if (options.Target is null && options.Step is MirrorStep.All or MirrorStep.Copy)
        {
            throw new ConfigException("DST is missing: ferry mirror SRC DST");
        }

        if (options.Target is null && options.Repair)
        {
            throw new ConfigException("--repair needs SRC, which is right, and DST, which is to be: ferry mirror --step verify --repair SRC DST");
        }

        if (options.Delete && options.Step is not (MirrorStep.All or MirrorStep.Copy))
        {
            throw new ConfigException("--delete goes with --step all or copy");
        }

        if (options.CheckedReceipt is not null && options.Step != MirrorStep.Verify)
        {
            throw new ConfigException("--check-receipt goes with --step verify");
        }

        if (options.Source.Length == 0 || ((ReadOnlySpan<string?>)[options.Target, options.Manifest, options.Receipt, options.CheckedReceipt]).Contains(""))
        {
            throw new ConfigException("a path is empty; is a variable not set?");
        }

        if (options.IsBag && BagRules.WhyRefused(options) is { } reason)
        {
            throw new ConfigException(reason);
        }

        if (isJson && options.Manifest == "-" && options.Step != MirrorStep.Verify)
        {
            throw new ConfigException("--json and --manifest - would both write to standard output; give the manifest a path");
        }
    }

    private static List<string> Patterns(ParseResult parsed, Option<string[]> option, string prefix) =>
        [.. (parsed.GetValue(option) ?? []).Select(pattern => prefix + pattern)];

    private List<string> Patterns(ParseResult parsed)
    {
        List<string> patterns = [.. Patterns(parsed, _excludes, ""), .. Patterns(parsed, _includes, "!")];
        try
        {
            _ = IgnorePatterns.Parse(patterns);
            return patterns;
        }
        catch (IgnorePatternException e)
        {
            throw new ConfigException($"--exclude or --include: {e.Message}");
        }
    }

    private static T Word<T>(string text, string option, Dictionary<string, T> words) => words.TryGetValue(text, out var value)
        ? value
        : throw new ConfigException(
            $"{option} must be {string.Join(", ", words.Keys.SkipLast(1))} or {words.Keys.Last()}, not '{Printable.Shorten(text)}'{(NearestName.Find(text, words.Keys) is { } near ? $"; did you mean {near}?" : "")}");

    private int? ReadJobs(string? text)
    {
        var (value, name) = text is null ? (environment.Get("MIRROR_JOBS"), "MIRROR_JOBS") : (text, "--jobs");
        return value is null or "" or "auto" ? null : ReadNumber(value, name, 1, MaxJobs);
    }

    private int ReadThreads(string? text)
    {
        var (value, name) = text is null ? (environment.Get("MIRROR_B3THREADS"), "MIRROR_B3THREADS") : (text, "--blake3-threads");
        return value is null or "" or "auto" ? 0 : ReadNumber(value, name, 0, MaxJobs);
    }

    private static int ReadNumber(string text, string name, int least, int most) =>
        WholeNumber.TryParse(text, out var number) && number >= least && number <= most
            ? (int)number
            : throw new ConfigException($"{name} must be a whole number from {least:N0} to {most:N0}, not '{Printable.Shorten(text)}'");

    private static long ReadBandwidth(string? text) => text is null ? 0
        : ByteCount.TryParse(text, out var bytes) ? bytes
        : throw new ConfigException($"--bandwidth-limit must be a size such as 200MB, not '{Printable.Shorten(text)}'");

    private static bool ReadIdle(string? text) => text switch
    {
        null => false,
        "idle" => true,
        _ => throw new ConfigException($"--ionice knows idle only, not '{Printable.Shorten(text)}'"),
    };
}
