using System.Text.RegularExpressions;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Hub;

/// <summary>What is below examples/hf does what it says.</summary>
public sealed partial class ExampleTests : IDisposable
{
    private readonly HubMachine _machine = new();
    private readonly HubMachine _runner = new();

    public void Dispose()
    {
        _machine.Dispose();
        _runner.Dispose();
    }

    [RequiresFact("ferry", "bash")]
    public void The_steps_of_the_workflow_fill_a_runners_cache()
    {
        _machine.MakeRepo("models--org--name", ("config.json", "{}"));
        _machine.MakeRepo("datasets--org--words", ("data.csv", "a,b"));
        var store = ("FERRY_REMOTE_URL", "file://" + _machine.Tree.MakeDirectory("store"));
        _machine.Bash("ferry hf push", store).OrThrow();
        var workflow = File.ReadAllText(Repository.File("examples", "hf", "github-action.yml"));

        _runner.Bash(Step(workflow, "Check"), store).OrThrow();
        _runner.Bash(Step(workflow, "Pull"), store, ("MODELS", "org/name datasets/org/words")).OrThrow();

        Assert.Equal("{}", _runner.Tree.ReadText($"home/.cache/huggingface/hub/models--org--name/snapshots/{HubMachine.Commit}/config.json"));
        Assert.Equal("a,b", _runner.Tree.ReadText($"home/.cache/huggingface/hub/datasets--org--words/snapshots/{HubMachine.Commit}/data.csv"));
    }

    [Fact]
    public void Each_variable_of_the_examples_is_one_that_the_documents_know()
    {
        var known = File.ReadAllText(Repository.File("docs", "configuration.md"));
        var text = File.ReadAllText(Repository.File("examples", "hf", ".env.example")) + File.ReadAllText(Repository.File("examples", "hf", "github-action.yml"));
        var names = Variable().Matches(text).Select(match => match.Value).Distinct().ToList();
        Assert.Equal(7, names.Count);
        Assert.All(names, name => Assert.Contains($"`{name}`", known, StringComparison.Ordinal));
    }

    /// <summary>The script of a step: what follows <c>run:</c>.</summary>
    private static string Step(string workflow, string name)
    {
        var lines = workflow.Split($"- name: {name}\n")[1].Split('\n').SkipWhile(line => !line.TrimStart().StartsWith("run:", StringComparison.Ordinal)).ToArray();
        var first = lines[0].Split("run:")[1].Trim();
        return first != "|" ? first : string.Join('\n', lines.Skip(1).TakeWhile(line => line.StartsWith("          ", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"\b(B2|AWS)_[A-Z_]+\b")]
    private static partial Regex Variable();
}
