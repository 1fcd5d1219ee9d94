using System.CommandLine;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>--workers</c>, of all commands that transfer.</summary>
internal static class WorkersOption
{
    private const int Most = 256;

    /// <param name="what">What is done so many at a time.</param>
    public static Option<int?> Create(string what)
    {
        var option = new Option<int?>("--workers") { Description = $"{what}, 1 to {Most} (default: as many as suit the store)", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is < 1 or > Most)
            {
                result.AddError($"--workers must be from 1 to {Most}");
            }
        });
        return option;
    }
}
